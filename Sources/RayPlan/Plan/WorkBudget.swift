public import JSON
internal import Limits

/// How much work a review may be, and for how long anybody waits for it.
///
/// Work is charged before it is done, in steps: about one for each JSON value that is looked at, each time that it is.
/// Once the budget is spent, the work ends if it is, and what it has found so far counts for nothing. `RayPlan` reads
/// no clock, so the caller says whether the time is over.
public struct WorkBudget {
  private var left: Int
  private var beforeLook = 0
  private let isOver: () -> Bool
  /// Whether there was more work than there were steps for it.
  public private(set) var isSpent = false
  /// Whether nobody waits for the result any longer.
  public private(set) var isLate = false

  /// How much work a review may be if nobody decides otherwise.
  public static let usualSteps = ReviewLimits.work.value

  /// So many steps are done between two looks at the clock.
  private static let stepsBetweenLooks = 4096

  /// A budget.
  ///
  /// - Parameters:
  ///   - steps: how much work it may be.
  ///   - isOver: tells whether the time is over; asked now and then.
  public init(steps: Int = WorkBudget.usualSteps, until isOver: @escaping () -> Bool = { false }) {
    left = steps
    self.isOver = isOver
  }

  /// Charges the work that comes next; false if it is not to be done.
  public mutating func allows(_ steps: Int) -> Bool {
    guard !isSpent, !isLate else { return false }
    left -= steps
    beforeLook -= steps
    isSpent = left < 0
    if beforeLook <= 0 {
      beforeLook = WorkBudget.stepsBetweenLooks
      isLate = isOver()
    }
    return !isSpent && !isLate
  }

  /// What a reader says that had to end.
  public var end: JSONMismatch {
    JSONMismatch(
      at: "/spec", found: "more than \(ReviewLimits.work.value) steps of work",
      expected: "fewer groups, ports, variables or parameters")
  }
}
