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

extension Logger.Metadata {
  /// The facts as a line has them: by name, where a value that is facts itself, in an order of its own, stands for those.
  ///
  /// What is said of every request is said so, as one value: making a table and sorting it takes longer than the line.
  public var inOrder: [Element] {
    if count == 1, case .stringConvertible(let facts as [Element])? = first?.value { return facts }
    return sorted { $0.key < $1.key }.flatMap { fact in
      if case .stringConvertible(let facts as [Element]) = fact.value { facts } else { [fact] }
    }
  }
}
