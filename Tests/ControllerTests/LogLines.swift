import Logging
import Synchronization

/// What a logger is told, line by line.
final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  /// The objects that could not be read.
  var skipped: [String] {
    all.filter { $0.hasPrefix("warning skipping unreadable object ") }.compactMap { line in
      line.split(separator: " ").first { $0.hasPrefix("object=") }.map { String($0.dropFirst("object=".count)) }
    }
  }

  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.lines.withLock { $0.append((["\(event.level)", "\(event.message)"] + facts).joined(separator: " ")) }
    }
  }
}
