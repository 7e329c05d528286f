internal import Transport

/// How many idle frames a peer may still send: a bucket that each of them takes from, and that time and useful work fill.
struct HTTP2Allowance {
  private let most: Double
  private let perSecond: Double
  private var left: Double
  private var filled: Instant

  init(limits: HTTP2Limits, at now: Instant) {
    most = Double(limits.idleFrames)
    perSecond = Double(limits.idleFramesPerSecond)
    left = most
    filled = now
  }

  /// Takes from it; false where it has run out.
  mutating func take(_ count: Int) -> Bool {
    left -= Double(count)
    return left >= 0
  }

  /// Puts something back.
  mutating func earn(_ count: Int) { left = min(most, left + Double(count)) }

  /// Puts back what time has earned.
  mutating func fill(at now: Instant) {
    left = min(most, left + perSecond * (filled.duration(to: now) / .seconds(1)))
    filled = now
  }
}
