internal import Limits

/// The division of a server's memory budget.
///
/// Small bodies have a share of their own, so that large ones never keep them out. What a large body is parsed into is
/// another share: parsing takes many times the text, but only for as long as the work lasts.
public struct MemoryShares: Hashable, Sendable {
  /// Bytes for requests whose bodies are small, and for small responses.
  public var small: Int
  /// Bytes for large bodies, from their admission to the response, and for large responses.
  public var large: Int
  /// Bytes for what large bodies are parsed into.
  public var work: Int

  /// Divides a budget so that one of the largest bodies always fits, if the budget is at least `least(for:)`.
  public init(of budget: Int, largestBody: Int) {
    small = min(max(budget / 16, MemoryShares.leastSmall), MemoryShares.mostSmall)
    let rest = max(0, budget - small)
    work = max(largestBody * MemoryShares.workFactor, rest / 2)
    large = max(largestBody, rest - work)
  }

  /// The smallest budget in which a body of that size fits.
  public static func least(for body: Int) -> Int { body * PeerLimits.parsedBytes.value + mostForSmall(body) }

  /// The largest body that fits in a budget.
  public static func largestBody(in budget: Int) -> Int {
    let small = min(max(budget / 16, leastSmall), mostSmall)
    return max(0, budget - small) / PeerLimits.parsedBytes.value
  }

  /// Bytes of work for each byte of a body; the body itself is in a share of its own.
  static let workFactor = PeerLimits.parsedBytes.value - 1
  private static let leastSmall = 2 << 20
  private static let mostSmall = 64 << 20

  /// A sixteenth of the whole is a fifteenth of the rest.
  private static func mostForSmall(_ body: Int) -> Int {
    min(max((body * PeerLimits.parsedBytes.value + 14) / 15, leastSmall), mostSmall)
  }
}

/// One value for each share of a memory budget.
struct PerShare<Value> {
  private var small: Value
  private var large: Value
  private var work: Value

  init(_ make: (MemoryLedger.Share) -> Value) { (small, large, work) = (make(.small), make(.large), make(.work)) }

  subscript(share: MemoryLedger.Share) -> Value {
    get {
      switch share {
      case .small: small
      case .large: large
      case .work: work
      }
    }
    _modify {
      switch share {
      case .small: yield &small
      case .large: yield &large
      case .work: yield &work
      }
    }
  }
}

extension PerShare: Sendable where Value: Sendable {}

extension PerShare<Int> {
  /// The capacity of each share.
  init(_ shares: MemoryShares) {
    self.init { share in
      switch share {
      case .small: shares.small
      case .large: shares.large
      case .work: shares.work
      }
    }
  }
}
