internal import Transport

/// How long accepting pauses, as there is no room: a pause is counted once, its time as it goes on.
struct AcceptPause {
  private let metrics: HTTPMetrics
  /// When it was looked at last; `nil` while there is no pause.
  private var counted: Instant?

  init(metrics: HTTPMetrics) { self.metrics = metrics }

  /// Takes note of whether there is room.
  mutating func note(isFull: Bool, at now: Instant = .now) {
    if let counted {
      metrics.pausedAccepting(for: counted.duration(to: now))
    } else if isFull {
      metrics.beganAcceptPause()
    }
    counted = isFull ? now : nil
  }
}
