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
    case .idle(let since): since + limits.idle
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

  /// How long a body may take to get going before its rate counts.
  private static let grace = Duration.seconds(2)
}
