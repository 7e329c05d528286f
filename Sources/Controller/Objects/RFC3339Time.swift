internal import TLS

/// A time to the second in UTC, as Kubernetes writes `metav1.Time`: `2026-11-24T12:00:00Z`, or to the microsecond as
/// `metav1.MicroTime`. Texts of one length in one zone are in the order of the times.
struct RFC3339Time: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// To the second, as Kubernetes writes it.
  let description: String

  init?(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    let form = "0000-00-00T00:00:00".unicodeScalars
    guard scalars.count > form.count, scalars.last == "Z" else { return nil }
    let isTime = zip(form, scalars).allSatisfy { pattern, found in
      pattern == "0" ? ("0"..."9").contains(found) : found == pattern
    }
    guard isTime else { return nil }
    description = "\(text.prefix(form.count))Z"
  }

  init(second: Int) { description = RFC3339.text(at: second) }

  static func < (one: RFC3339Time, other: RFC3339Time) -> Bool { one.description < other.description }
}

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
