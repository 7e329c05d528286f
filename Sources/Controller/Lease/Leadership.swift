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
  func set(_ deadline: Instant?) -> Bool {
    let hasChanged = mandate.withLock { mandate in
      defer { mandate = deadline }
      return (mandate == nil) != (deadline == nil)
    }
    if hasChanged { leader.record(deadline == nil ? 0 : 1) }
    return hasChanged
  }
}
