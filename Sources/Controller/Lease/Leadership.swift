internal import Metrics
internal import Synchronization
internal import Transport

/// Whether this replica leads now, as all its tasks see it.
final class Leadership: Sendable {
  private let mandate = Mutex<Instant?>(nil)
  private let leader = Gauge(label: ControllerMetrics.leader)

  init() { leader.record(0) }

  /// Until when something may be written; `nil` where this replica does not lead. What is sent must have its answer by
  /// then, or another may lead already.
  var deadline: Instant? { mandate.withLock { $0 }.flatMap { $0 > .now ? $0 : nil } }

  /// Sets until when this replica leads; true where that makes it the leader or ends it.
  ///
  /// Once a mandate has lapsed, work is passed over, whether or not anybody has said so yet. So who is given another is
  /// made the leader anew.
  func set(_ deadline: Instant?) -> Bool {
    let hasChanged = mandate.withLock { mandate in
      defer { mandate = deadline }
      let hasLapsed = mandate.map { $0 <= .now } ?? true
      return deadline == nil ? mandate != nil : hasLapsed
    }
    if hasChanged { leader.record(deadline == nil ? 0 : 1) }
    return hasChanged
  }
}
