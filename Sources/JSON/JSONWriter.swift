/// Writes compact JSON into bytes, straight down, with nothing in between.
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8] = []
  private var needsComma = false

  /// A writer with room for `capacity` bytes.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The compact text of a value.
  public static func bytes(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter(capacity: 256)
    writer.value(value)
    return writer.bytes
  }

  /// An object whose members `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) { nested("{", "}", body) }

  /// An array whose elements `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) { nested("[", "]", body) }

  /// A member's key; its value follows.
  public mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Keys and values that the source code spells out as JSON, up to where a value follows.
  public mutating func verbatim(_ json: StaticString) {
    json.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    needsComma = false
  }

  /// A string.
  public mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// A string made of three.
  mutating func string(_ first: String, _ second: String, _ third: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    escape(first)
    escape(second)
    escape(third)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A string of bytes that need no escape, such as base64.
  public mutating func plainString(_ text: some Collection<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Any value.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: literal("null")
    case .bool(let bool): literal(bool ? "true" : "false")
    case .integer(let number): literal(number.description)
    case .unsigned(let number): literal(number.description)
    case .double(let number): literal(number.isFinite ? number.description : "null")
    case .string(let text): string(text)
    case .array(let elements): array { writer in for element in elements { writer.value(element) } }
    case .object(let object):
      self.object { writer in for member in object.members { writer.member(member.key, member.value) } }
    }
  }

  /// A member with a value.
  public mutating func member(_ key: String, _ value: JSONValue) {
    self.key(key)
    self.value(value)
  }

  private mutating func nested(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(UInt8(ascii: open))
    needsComma = false
    body(&self)
    bytes.append(UInt8(ascii: close))
    needsComma = true
  }

  private mutating func literal(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    escape(text)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: String) {
    let span = text.utf8Span.span
    if JSONWriter.isPlain(span) { append(span) } else { escape(span) }
  }

  /// RFC 8259 section 7: quotation mark, backslash and control characters must be escaped.
  ///
  /// Looks at every byte before it answers, so that the compiler can look at many at once.
  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    var special: UInt8 = 0
    for index in text.indices { special |= isSpecial(text[index]) }
    return special == 0
  }

  @inline(__always)
  private static func isSpecial(_ byte: UInt8) -> UInt8 {
    (byte < 0x20 ? 1 : 0) | (byte == UInt8(ascii: "\"") ? 1 : 0) | (byte == UInt8(ascii: "\\") ? 1 : 0)
  }

  private mutating func append(_ text: Span<UInt8>) {
    unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  private mutating func escape(_ text: Span<UInt8>) {
    var start = 0
    for index in text.indices where JSONWriter.isSpecial(text[index]) != 0 {
      append(text.extracting(start..<index))
      escape(text[index])
      start = index + 1
    }
    append(text.extracting(start..<text.count))
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    default: bytes.append(byte)
    }
  }
}
