internal import Transport

/// What of a request a connection waits for, and until when.
enum RequestWait {
  /// Its first byte.
  case idle(since: Instant)
  case head(since: Instant)
  case body(since: Instant)

  var isIdle: Bool { if case .idle = self { true } else { false } }

  /// As a message has it.
  var name: String { if case .body = self { "its body" } else { "its head" } }

  /// - Parameter received: how much of the body has come.
  func deadline(_ limits: HTTPLimits, received: Int) -> Instant {
    switch self {
    case .idle(let since): RequestWait.nextLook(since: since, limits)
    case .head(let since): since + limits.headTime
    case .body(let since):
      since + min(limits.bodyTime, RequestWait.time(for: received, limits))
    }
  }

  /// How long the beginning of a body may take.
  private static func time(for received: Int, _ limits: HTTPLimits) -> Duration {
    guard limits.bodyRate > 0 else { return limits.bodyTime }
    return grace + .seconds(1) * (Double(received) / Double(limits.bodyRate))
  }

  /// Whether an idle connection stays: for as long as nobody needs its place, and not for ever.
  static func mayStay(since: Instant, _ limits: HTTPLimits, isFull: Bool) -> Bool {
    .now < since + idleTime(limits, isFull: isFull)
  }

  /// How long a connection may be idle.
  static func idleTime(_ limits: HTTPLimits, isFull: Bool) -> Duration {
    isFull ? min(limits.idle, limits.idleWhenFull) : limits.idle
  }

  /// When to look whether it stays: when its place may be needed, and from then on every second.
  static func nextLook(since: Instant, _ limits: HTTPLimits) -> Instant {
    let spare = since + limits.idleWhenFull
    return min(since + limits.idle, .now < spare ? spare : .now + .seconds(1))
  }

  /// How long a body may take to get going before its rate counts.
  private static let grace = Duration.seconds(2)
}
