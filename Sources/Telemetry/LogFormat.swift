internal import JSON
internal import Limits
internal import Logging

/// The format of log lines.
public enum LogFormat: String, CaseIterable, Sendable {
  /// One JSON object a line, for collectors.
  case json
  /// For eyes.
  case text

  /// The line of an event, which has at most `InputLimits.logLine` bytes. If an event has more to say, its texts are
  /// shortened, in the end the facts are left out, and the line says `cut`.
  func line(_ event: LogEvent, at time: String, label: String, metadata: Logger.Metadata) -> [UInt8] {
    let facts = metadata.inOrder
    for scale in LogScale.all {
      let line = line(event, at: time, label, facts, scale)
      if line.count <= InputLimits.logLine.value { return line }
    }
    return line(event, at: time, label, [], LogScale.least)
  }

  private func line(
    _ event: LogEvent, at time: String, _ label: String, _ facts: [Logger.Metadata.Element], _ scale: LogScale
  ) -> [UInt8] {
    switch self {
    case .json:
      var writer = JSONWriter(capacity: 512)
      writer.object { LogFormat.write(event, at: time, label, facts, scale, to: &$0) }
      writer.verbatim("\n")
      return writer.bytes
    case .text:
      let shown = facts.prefix(scale.items).map { key, value in
        " \(LogFormat.shown(scale.cut(key)))=\(LogFormat.quoted(scale.cut(value.description)))"
      }.joined()
      let message = LogFormat.shown(scale.cut(event.message.description))
      let end = scale.isCut ? " \(LogScale.mark)=true\n" : "\n"
      return Array("\(time) \(event.level.rawValue) \(label): \(message)\(shown)\(end)".utf8)
    }
  }

  private static func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: name == "time"
    case 5: name == "level"
    case 6: name == "logger"
    case 7: name == "message"
    default: false
    }
  }

  private static func write(
    _ event: LogEvent, at time: String, _ label: String, _ facts: [Logger.Metadata.Element], _ scale: LogScale,
    to writer: inout JSONWriter
  ) {
    writer.key("time")
    writer.string(time)
    writer.key("level")
    writer.string(event.level.rawValue)
    writer.key("logger")
    writer.string(label)
    writer.key("message")
    writer.string(scale.cut(event.message.description))
    // A fact of a line's own name would make it ambiguous.
    for (key, value) in facts.prefix(scale.items) where !isOwn(key) {
      writer.key(scale.cut(key))
      write(value, scale, to: &writer)
    }
    if scale.isCut {
      writer.key(LogScale.mark)
      writer.value(.bool(true))
    }
  }

  private static func write(_ value: Logger.MetadataValue, _ scale: LogScale, to writer: inout JSONWriter) {
    switch value {
    case .string(let text): writer.string(scale.cut(text))
    case .stringConvertible(let integer as Int): writer.value(.integer(Int64(integer)))
    case .stringConvertible(let other): writer.string(scale.cut(other.description))
    case .array(let elements):
      writer.array { writer in for element in elements.prefix(scale.items) { write(element, scale, to: &writer) } }
    case .dictionary(let members):
      writer.object { writer in
        for (key, value) in members.sorted(by: { $0.key < $1.key }).prefix(scale.items) {
          writer.key(scale.cut(key))
          write(value, scale, to: &writer)
        }
      }
    }
  }

  /// A word stays as it is; anything else is quoted and escaped, so that a value cannot forge a line.
  private static func quoted(_ text: String) -> String {
    let isWord = !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }
    return isWord ? text : shown(String(decoding: JSONWriter.bytes(of: .string(text)), as: UTF8.self))
  }

  /// Escapes the characters that a terminal or a reader of lines would act on instead of showing them.
  private static func shown(_ text: String) -> String {
    let acts: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
    guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
    return text.unicodeScalars.map { scalar in
      acts.contains(scalar.properties.generalCategory)
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }
}

/// How much of an event fits into a log line.
struct LogScale {
  /// Bytes of each text.
  private let text: Int
  /// Facts, and elements of each list.
  let items: Int
  /// Whether the line says that it was cut.
  let isCut: Bool

  /// The name of the fact by which a line says so.
  static let mark = "cut"

  /// From all that there is to very little. The first is for nearly every event, and costs no more than writing it.
  static let all = [
    // One byte more than a line has: a line with it is then too long, and the next scale says that it is cut.
    LogScale(text: InputLimits.logLine.value + 1, items: InputLimits.logLine.value, isCut: false),
    LogScale(text: 4096, items: 64, isCut: true), LogScale(text: 1024, items: 32, isCut: true),
    LogScale(text: 128, items: 16, isCut: true), least,
  ]

  /// What always fits without facts: each byte of a text becomes at most six.
  static let least = LogScale(text: 128, items: 8, isCut: true)

  /// The beginning of a text, up to the end of a character.
  func cut(_ whole: String) -> String {
    guard whole.utf8.count > text else { return whole }
    var part = Substring(decoding: whole.utf8.prefix(text), as: UTF8.self)
    while part.unicodeScalars.last == "\u{FFFD}" { part.unicodeScalars.removeLast() }
    return String(part)
  }
}
