internal import Glibc
internal import Synchronization

/// The time as log lines have it: RFC 3339, in UTC, to the millisecond. All but those is written anew once a second.
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
  private static let fractions = (0..<1000).map { ".\(padded($0, 3))Z" }

  private static func text(at second: time_t) -> String {
    var second = second
    var parts = unsafe tm()
    unsafe gmtime_r(&second, &parts)
    let date = unsafe [1900 + parts.tm_year, 1 + parts.tm_mon, parts.tm_mday].map { padded(Int($0), 2) }
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":"))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
