internal import Dates
internal import Glibc
internal import Synchronization

/// The time as log lines have it: RFC 3339, in UTC, to the millisecond. All but the fraction is made once a second.
final class LogClock: Sendable {
  private struct Written {
    var second: time_t?
    var text = ""
  }

  private let written = Mutex(Written())

  /// The text for now.
  var now: String {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return text(atSecond: time.tv_sec, millisecond: time.tv_nsec / 1_000_000)
  }

  /// The text for an instant since 1970.
  func text(atSecond second: time_t, millisecond: Int) -> String {
    let text = written.withLock { written in
      if written.second != second { written = Written(second: second, text: LogClock.text(at: second)) }
      return written.text
    }
    return text + LogClock.fractions[millisecond]
  }

  /// The end of the text for each millisecond: short enough to need no memory of its own when it is appended.
  private static let fractions = (0..<1000).map { ".\(String($0 + 1000).dropFirst())Z" }

  private static func text(at second: time_t) -> String {
    String(UTCTime(secondsSince1970: second).rfc3339.dropLast())
  }
}
