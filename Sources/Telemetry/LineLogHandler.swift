internal import Glibc
public import Logging
internal import Synchronization

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
  /// The facts as a line has them, by name. A value that is facts itself, in an order of its own, stands for those.
  ///
  /// What is said of every request is said so, as one value: making a table and sorting it takes longer than the line.
  public var inOrder: [Element] {
    if count == 1, case .stringConvertible(let facts as [Element])? = first?.value { return facts }
    return sorted { $0.key < $1.key }.flatMap { fact in
      if case .stringConvertible(let facts as [Element]) = fact.value { facts } else { [fact] }
    }
  }
}

/// Writes lines to a descriptor, each in one system call that never waits.
final class LogOutput: Sendable {
  private let descriptor: CInt
  /// Whether the last line was not taken whole.
  private let isCut = Atomic(false)
  private let linesLost = Atomic(0)

  /// How many lines the kernel has not taken, or only in part.
  var lost: Int { linesLost.load(ordering: .relaxed) }

  static let standardError = LogOutput()

  /// Writes to a descriptor that does not wait.
  init(_ descriptor: CInt) { self.descriptor = descriptor }

  /// Opens a pipe again: non-blocking mode would hold for every process that shares the descriptor, such as a shell.
  private convenience init() {
    var status = stat()
    let isPipe = unsafe fstat(STDERR_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    let flags = O_WRONLY | O_NONBLOCK | O_CLOEXEC
    let own = isPipe ? unsafe open("/proc/self/fd/\(STDERR_FILENO)", flags) : -1
    self.init(own < 0 ? STDERR_FILENO : own)
  }

  /// Writes a line. What the kernel does not take is lost, and the next line is one of its own all the same.
  func write(_ line: [UInt8]) {
    guard !isCut.load(ordering: .relaxed) else { return write(afterCut: line) }
    let written = unsafe Glibc.write(descriptor, line, line.count)
    guard written < line.count else { return }
    linesLost.add(1, ordering: .relaxed)
    if written > 0 { isCut.store(true, ordering: .relaxed) }
  }

  private func write(afterCut line: [UInt8]) {
    let line = [UInt8(ascii: "\n")] + line
    let written = unsafe Glibc.write(descriptor, line, line.count)
    if written == line.count { isCut.store(false, ordering: .relaxed) } else { linesLost.add(1, ordering: .relaxed) }
  }
}
