internal import Glibc
internal import Synchronization

/// The time as HTTP writes it (`IMF-fixdate`, RFC 9110 section 5.6.7), written anew once a second.
final class HTTPDate: Sendable {
  private struct Written {
    var second = -1
    var text = ""
  }

  private let written = Mutex(Written())

  /// The text for now.
  var now: String {
    var second = time_t()
    unsafe time(&second)
    return written.withLock { written in
      if written.second != second { written = Written(second: second, text: HTTPDate.text(at: second)) }
      return written.text
    }
  }

  /// The text for a second since 1970.
  static func text(at second: Int) -> String {
    var second = second
    var parts = unsafe tm()
    unsafe gmtime_r(&second, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map(twoDigits).joined(separator: ":")
    let (day, month) = unsafe (days[Int(parts.tm_wday)], months[Int(parts.tm_mon)])
    return unsafe "\(day), \(twoDigits(parts.tm_mday)) \(month) \(1900 + parts.tm_year) \(clock) GMT"
  }

  private static func twoDigits(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
