internal import JSON
internal import Logging

/// How a log line is written.
public enum LogFormat: String, CaseIterable, Sendable {
  /// One JSON object a line, for collectors.
  case json
  /// For eyes.
  case text

  func line(_ event: LogEvent, at time: String, label: String, metadata: Logger.Metadata) -> [UInt8] {
    let sorted = metadata.sorted { $0.key < $1.key }
    switch self {
    case .json:
      var object = JSONObject()
      object["time"] = .string(time)
      object["level"] = .string(event.level.rawValue)
      object["logger"] = .string(label)
      object["message"] = .string(event.message.description)
      for (key, value) in sorted where object[key] == nil { object[key] = LogFormat.value(value) }
      return JSONWriter.bytes(of: .object(object)) + [UInt8(ascii: "\n")]
    case .text:
      let facts = sorted.map { " \(LogFormat.shown($0.key))=\(LogFormat.quoted($0.value.description))" }.joined()
      let message = LogFormat.shown(event.message.description)
      return Array("\(time) \(event.level.rawValue) \(label): \(message)\(facts)\n".utf8)
    }
  }

  private static func value(_ value: Logger.MetadataValue) -> JSONValue {
    switch value {
    case .string(let text): return .string(text)
    case .stringConvertible(let integer as Int): return .integer(Int64(integer))
    case .stringConvertible(let other): return .string(other.description)
    case .array(let elements): return .array(elements.map(LogFormat.value))
    case .dictionary(let members):
      var object = JSONObject()
      for (key, value) in members.sorted(by: { $0.key < $1.key }) { object[key] = LogFormat.value(value) }
      return .object(object)
    }
  }

  /// A word stays as it is; anything else is quoted and escaped, so that a value cannot forge a line.
  private static func quoted(_ text: String) -> String {
    let isWord = !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }
    return isWord ? text : shown(String(decoding: JSONWriter.bytes(of: .string(text)), as: UTF8.self))
  }

  /// A text without what a terminal or a reader of lines would act upon rather than show.
  private static func shown(_ text: String) -> String {
    let acts: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
    guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
    return text.unicodeScalars.map { scalar in
      acts.contains(scalar.properties.generalCategory)
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }
}
