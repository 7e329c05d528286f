internal import Metrics

/// What is measured of a server's memory budget. Every series is there from the start.
struct MemoryMetrics: Sendable {
  static let budget = "raymesh_memory_budget_bytes"
  static let held = "raymesh_memory_held_bytes"
  static let turnedAway = "raymesh_memory_turned_away_total"

  /// Why a request is turned away for others.
  enum Reason: String, CaseIterable {
    /// There was no room for the body in time.
    case noRoom = "no-room"
    /// The body came slowly while others waited.
    case slowBody = "slow-body"
    /// There was no room for the response.
    case response
  }

  private let budgets: PerShare<Gauge>
  private let holdings: PerShare<Gauge>
  private let reasons: [Reason: Counter]

  /// - Parameter server: the value of the label `listener`.
  init(of server: String) {
    let own = [("listener", server)]
    let gauges = { (name: String) in
      PerShare { Gauge(label: name, dimensions: own + [("share", $0.rawValue)]) }
    }
    (budgets, holdings) = (gauges(MemoryMetrics.budget), gauges(MemoryMetrics.held))
    reasons = Dictionary(
      uniqueKeysWithValues: Reason.allCases.map { reason in
        (reason, Counter(label: MemoryMetrics.turnedAway, dimensions: own + [("reason", reason.rawValue)]))
      })
  }

  /// What each metric means, by name.
  static let help = [
    budget: "Memory for request bodies and responses: small ones, large ones, and the work on large ones.",
    held: "Memory held of that budget now.",
    turnedAway:
      "Requests turned away with 503 for lack of memory: no room, a slow body while others waited, or no room to answer.",
  ]

  func divided(_ shares: MemoryShares) {
    let sizes = PerShare(shares)
    for share in MemoryLedger.Share.allCases { budgets[share].record(sizes[share]) }
  }

  func held(_ held: PerShare<Int>) {
    for share in MemoryLedger.Share.allCases { holdings[share].record(held[share]) }
  }

  func turnedAway(_ reason: Reason) { reasons[reason]?.increment() }
}
