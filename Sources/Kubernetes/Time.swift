internal import Dates

/// A time to the second in UTC, as Kubernetes writes `metav1.Time`: `2026-11-24T12:00:00Z`.
///
/// Texts of one length in one time zone sort like the times.
package struct RFC3339Time: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The time to the second, as Kubernetes writes it.
  package let description: String

  /// Reads a time to the second or, as `metav1.MicroTime`, to the microsecond, which it drops.
  package init?(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    let form = "0000-00-00T00:00:00".unicodeScalars
    guard scalars.count > form.count, scalars.last == "Z" else { return nil }
    let isTime = zip(form, scalars).allSatisfy { pattern, found in
      pattern == "0" ? ("0"..."9").contains(found) : found == pattern
    }
    guard isTime else { return nil }
    description = "\(text.prefix(form.count))Z"
  }

  /// The time at a second since 1970.
  package init(second: Int) { description = UTCTime(secondsSince1970: second).rfc3339 }

  package static func < (one: RFC3339Time, other: RFC3339Time) -> Bool { one.description < other.description }
}

/// Tells the current time, as Kubernetes writes it. It is passed in, so that tests can set the time.
package struct WallClock: Sendable {
  private let now: @Sendable () -> (second: Int, nanosecond: Int)

  /// A clock.
  ///
  /// - Parameter now: returns the seconds since 1970, and the nanoseconds of the current second.
  package init(_ now: @escaping @Sendable () -> (second: Int, nanosecond: Int)) { self.now = now }

  /// Returns `2026-11-24T12:00:00Z` (`metav1.Time`).
  package func time() -> RFC3339Time { RFC3339Time(second: now().second) }

  /// Returns `2026-11-24T12:00:00.123456Z` (`metav1.MicroTime`), always with six digits, as API servers expect.
  package func microTime() -> String {
    let (second, nanosecond) = now()
    let micros = String(nanosecond / 1000)
    let padded = String(repeating: "0", count: max(0, 6 - micros.count)) + micros
    return "\(RFC3339Time(second: second).description.dropLast()).\(padded)Z"
  }
}

/// An exponential backoff: a pause that doubles with each failure.
package struct Backoff: Hashable, Sendable {
  let first: Duration
  let longest: Duration

  /// - Parameters:
  ///   - first: the pause after the first failure.
  ///   - longest: the longest pause.
  package init(first: Duration, longest: Duration) { (self.first, self.longest) = (first, longest) }

  /// The backoff for one object. client-go's begins at 5 ms too, and goes up to 1,000 s, which is long for a person who
  /// has just fixed the object.
  package static let items = Backoff(first: .milliseconds(5), longest: .seconds(60))
  /// The backoff for an API server that cannot be reached, or rejects a watch (client-go, `tools/cache/reflector.go`).
  package static let watches = Backoff(first: .milliseconds(800), longest: .seconds(30))

  /// Returns the pause after this many earlier failures.
  ///
  /// - Parameter jitter: from 0 to 1: how much of half the pause is left out.
  package func pause(after failures: Int, jitter: Double) -> Duration {
    let full = failures > 20 ? longest : min(first * (1 << failures), longest)
    return full * (1 - jitter / 2)
  }
}
