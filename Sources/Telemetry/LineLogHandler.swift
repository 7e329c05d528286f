internal import Glibc
public import Logging

/// Writes each log event as one line to standard error, in one system call.
public struct LineLogHandler: LogHandler {
  private let label: String
  private let format: LogFormat

  /// The least severe level that is written.
  public var logLevel: Logger.Level
  /// Facts that go with every event.
  public var metadata: Logger.Metadata = [:]
  /// Facts that the task at hand brings along.
  public var metadataProvider: Logger.MetadataProvider?

  /// A handler for one logger.
  public init(label: String, format: LogFormat, level: Logger.Level) {
    self.label = label
    self.format = format
    logLevel = level
  }

  /// A fact that goes with every event.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes an event. A line that the kernel does not take is lost: logging never holds up a request.
  public func log(event: LogEvent) {
    var facts = metadata
    if let provided = metadataProvider?.get() { facts.merge(provided) { _, new in new } }
    if let own = event.metadata { facts.merge(own) { _, new in new } }
    if let error = event.error { facts["error"] = "\(error)" }
    let line = format.line(event, at: LineLogHandler.now, label: label, metadata: facts)
    _ = unsafe write(STDERR_FILENO, line, line.count)
  }

  /// RFC 3339, in UTC, to the millisecond.
  private static var now: String {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    var parts = unsafe tm()
    unsafe gmtime_r(&time.tv_sec, &parts)
    let date = unsafe [1900 + parts.tm_year, 1 + parts.tm_mon, parts.tm_mday].map { padded(Int($0), 2) }
    let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
    let millisecond = padded(time.tv_nsec / 1_000_000, 3)
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":")).\(millisecond)Z"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
