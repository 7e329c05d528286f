internal import CSimdJSON
internal import Limits

extension JSONElement {
  /// The value as compact JSON, cut to 80 characters. It costs no more for a value that is longer.
  public var summary: String {
    var summary = JSONSummary()
    summary.write(self)
    return summary.told()
  }

  /// The beginning of a string, or `nil` if this is something else.
  fileprivate func beginning(bytes count: Int) -> String? {
    guard letter == UInt8(ascii: "\"") else { return nil }
    var text = unsafe csimdjson_string(tape, place)
    unsafe text.count = min(text.count, count)
    return unsafe String(text)
  }
}

extension JSONValue {
  /// The value as compact JSON, cut to 80 characters. It costs no more for a value that is longer.
  public var summary: String {
    var summary = JSONSummary()
    summary.write(self)
    return summary.told()
  }
}

extension String {
  /// The text in one line, as a message can have it: control characters are escaped as JSON escapes them, and a long
  /// text is cut.
  public var told: String {
    let few = unicodeScalars.prefix(String.longestTold + 1)
    guard few.count > String.longestTold || few.contains(where: \.isControl) else { return self }
    var text = few.prefix(String.longestTold).reduce(into: "") { text, scalar in
      if scalar.isControl { text += scalar.escapedInJSON } else { text.unicodeScalars.append(scalar) }
    }
    if few.count > String.longestTold { text += "..." }
    return text
  }

  private static let longestTold = ReviewLimits.placeTold.value
}

extension Unicode.Scalar {
  /// Whether it is of the category Cc, which is these and never will be others (Unicode, "Character Encoding
  /// Stability").
  fileprivate var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }

  /// The escape of a control character, all of which are below U+00A0.
  fileprivate var escapedInJSON: String {
    let digits = String(value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

/// The beginning of a value in the making: no more is written than will be told.
private struct JSONSummary: ~Copyable {
  private var writer = JSONWriter(capacity: JSONSummary.enough)

  /// How many characters are told.
  private static let longest = ReviewLimits.valueTold.value
  /// So many bytes have more characters than that, whichever they are.
  private static let enough = 4 * (longest + 1)

  private var isFull: Bool { writer.text.count > JSONSummary.enough }

  /// What has been written, cut to the characters that are told.
  consuming func told() -> String {
    let text = String(decoding: writer.bytes, as: UTF8.self)
    guard text.unicodeScalars.dropFirst(JSONSummary.longest).first != nil else { return text }
    return String(text.unicodeScalars.prefix(JSONSummary.longest - 3)) + "..."
  }

  mutating func write(_ element: JSONElement) {
    if var elements = element.elements {
      writer.open("[")
      while !isFull, let next = elements.next() { write(next) }
      writer.close("]")
    } else if var members = element.members {
      writer.open("{")
      while !isFull, let key = members.nextKey() {
        writer.key(element.sibling(key).beginning(bytes: JSONSummary.enough) ?? "")
        write(element.sibling(key + 1))
      }
      writer.close("}")
    } else if let text = element.beginning(bytes: JSONSummary.enough) {
      writer.string(text)
    } else {
      writer.value(JSONValue(element))
    }
  }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .array(let elements):
      writer.open("[")
      for next in elements.prefix(JSONSummary.enough) where !isFull { write(next) }
      writer.close("]")
    case .object(let object):
      writer.open("{")
      for member in object.members.prefix(JSONSummary.enough) where !isFull {
        writer.key(JSONSummary.beginning(of: member.key))
        write(member.value)
      }
      writer.close("}")
    case .string(let text): writer.string(JSONSummary.beginning(of: text))
    default: writer.value(value)
    }
  }

  private static func beginning(of text: String) -> String {
    text.utf8.count <= enough ? text : String(decoding: text.utf8.prefix(enough), as: UTF8.self)
  }
}
