/// Writes compact JSON into bytes, straight down, with nothing in between.
public struct JSONWriter: ~Copyable {
  var text: ByteBuffer
  private var needsComma = false

  /// A writer with room for `capacity` bytes.
  public init(capacity: Int = 0) { text = ByteBuffer(capacity: capacity) }

  /// What has been written so far.
  public var bytes: [UInt8] { text.withSpan { span in unsafe span.withUnsafeBufferPointer { unsafe Array($0) } } }

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
    mark(":")
    needsComma = false
  }

  /// Keys and values that the source code spells out as JSON, up to where a value follows.
  public mutating func verbatim(_ json: StaticString) {
    json.withUTF8Buffer { text.append(unsafe $0.span) }
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
    mark("\"")
    escape(first)
    escape(second)
    escape(third)
    mark("\"")
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
    mark(open)
    needsComma = false
    body(&self)
    mark(close)
    needsComma = true
  }

  private mutating func literal(_ text: String) {
    separate()
    self.text.append(text.utf8Span.span)
  }

  mutating func separate() {
    if needsComma { mark(",") }
    needsComma = true
  }

  private mutating func quote(_ text: String) {
    mark("\"")
    escape(text)
    mark("\"")
  }

  mutating func mark(_ scalar: Unicode.Scalar) { text.append(UInt8(ascii: scalar)) }

  private mutating func escape(_ text: String) {
    self.text.append(escaping: text.utf8Span.span)
  }
}
