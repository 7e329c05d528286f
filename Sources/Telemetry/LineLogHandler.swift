public import Logging

/// Writes each log event as one line to standard error.
public struct LineLogHandler: LogHandler {
  private let label: String
  private let format: LogFormat
  private let clock = LogClock()

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
    if let provided = metadataProvider?.get() { facts.join(provided) }
    if let own = event.metadata { facts.join(own) }
    if let error = event.error { facts["error"] = "\(error)" }
    let line = format.line(event, at: clock.now, label: label, metadata: facts)
    LogOutput.standardError.write(line)
  }
}

extension Logger.Metadata {
  /// Takes in facts that count more. Most often there are no others, and then nothing is put into a table twice.
  fileprivate mutating func join(_ facts: Logger.Metadata) {
    if isEmpty { self = facts } else { merge(facts) { _, new in new } }
  }
}
