internal import Metrics
internal import Synchronization
internal import Transport

/// The memory that all connections of a server share for bodies, for what these are parsed into, and for responses.
final class MemoryBudget: Sendable {
  typealias ID = MemoryLedger.ID

  private let ledger: Mutex<MemoryLedger>
  private let metrics: MemoryMetrics
  private let cuts = Atomic(false)

  init(_ limits: HTTPLimits, metrics: MemoryMetrics) {
    ledger = Mutex(MemoryLedger(limits.memory, grace: limits.memoryGrace))
    self.metrics = metrics
    metrics.divided(limits.memory)
  }

  /// Claims room for a body; see `MemoryLedger.enter`.
  ///
  /// - Parameter call: wakes the owner of the claim, which then asks for its state.
  func enter(_ share: MemoryLedger.Share, _ bytes: Int, from peer: String, _ call: Call?, at now: Instant) -> ID {
    change { $0.enter(share, bytes, from: peer, call, at: now) }
  }

  /// Returns what a claim's owner may do. An owner that waits asks again when it is called, and now and then: slow
  /// bodies are cut only if it asks.
  func state(of id: ID, at now: Instant) -> MemoryLedger.State {
    change { ledger in
      ledger.settle(at: now)
      return ledger.state(of: id)
    }
  }

  /// Takes note of how much of a body has come, or of a response has gone.
  func progress(_ id: ID, _ passed: Int) { ledger.withLock { $0.progress(id, passed) } }

  /// Takes note that a body is whole.
  func complete(_ id: ID, _ bytes: Int?, at now: Instant) { change { $0.complete(id, bytes, at: now) } }

  /// Replaces what a request holds by its response; false if there is no room, and the claim is gone.
  func answer(_ id: ID, _ bytes: Int, insteadOf body: ID? = nil, at now: Instant) -> Bool {
    let isAdmitted = change { $0.answer(id, bytes, insteadOf: body, at: now) }
    if !isAdmitted { metrics.turnedAway(.response) }
    return isAdmitted
  }

  /// Claims room for a response; `nil` if there is none.
  func answer(_ bytes: Int, to peer: String, _ call: Call?, at now: Instant) -> ID? {
    let id = change { $0.answer(bytes, to: peer, call, at: now) }
    if id == nil { metrics.turnedAway(.response) }
    return id
  }

  /// Gives back what a claim holds.
  func leave(_ id: ID, at now: Instant) { change { $0.leave(id, at: now) } }

  /// Whether anybody should ask for the state of its claims, as some have been cut.
  var hasCuts: Bool { cuts.load(ordering: .relaxed) }

  /// Counts a rejected request.
  func turnedAway(_ reason: MemoryMetrics.Reason) { metrics.turnedAway(reason) }

  private func change<Value: Sendable>(_ body: (inout MemoryLedger) -> Value) -> Value {
    let (value, effects) = ledger.withLock { ledger in
      let value = body(&ledger)
      metrics.held(ledger.held)
      cuts.store(ledger.hasCuts, ordering: .relaxed)
      return (value, ledger.takeEffects())
    }
    for effect in effects {
      switch effect {
      case .call(_, let call): call?()
      case .breakOff(_, let call): call?.breakOff()
      }
    }
    return value
  }
}

/// A connection's access to the memory of its server.
struct MemoryAccount: Sendable {
  let budget: MemoryBudget
  /// The address that the memory is charged to.
  let peer: String
  /// Wakes the task that serves the connection; `nil` in memory.
  let call: Call?

  /// How often an owner that waits checks whether slow bodies can be cut.
  static let look = Duration.milliseconds(250)

  /// Claims room for a body.
  func enter(_ bytes: Int, as share: MemoryLedger.Share? = nil, at now: Instant) -> MemoryBudget.ID {
    budget.enter(share ?? MemoryLedger.share(of: bytes), bytes, from: peer, call, at: now)
  }

  /// Claims room for a response to a request that held none.
  func answer(_ bytes: Int, at now: Instant) -> MemoryBudget.ID? { budget.answer(bytes, to: peer, call, at: now) }
}

/// What is measured of a server's memory budget. Every series is there from the start.
struct MemoryMetrics: Sendable {
  static let budget = "raymesh_memory_budget_bytes"
  static let held = "raymesh_memory_held_bytes"
  static let turnedAway = "raymesh_memory_turned_away_total"

  /// The reason for which a request is rejected in favor of others.
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
      "Requests rejected with 503 for lack of memory: no room, a slow body while others waited, or no room to answer.",
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
