/// What time it is, as Kubernetes writes it. Handed in, so that what is decided by it can be tested.
public struct WallClock: Sendable {
  private let now: @Sendable () -> (second: Int, nanosecond: Int)

  /// - Parameter now: seconds since 1970, and nanoseconds since then.
  public init(_ now: @escaping @Sendable () -> (second: Int, nanosecond: Int)) { self.now = now }

  /// `2026-11-24T12:00:00Z` (`metav1.Time`).
  func time() -> RFC3339Time { RFC3339Time(second: now().second) }

  /// `2026-11-24T12:00:00.123456Z` (`metav1.MicroTime`), always with six digits, as API servers want it.
  func microTime() -> String {
    let (second, nanosecond) = now()
    let micros = String(nanosecond / 1000)
    let padded = String(repeating: "0", count: max(0, 6 - micros.count)) + micros
    return "\(RFC3339Time(second: second).description.dropLast()).\(padded)Z"
  }
}
