/// Writes compact JSON into bytes, straight down, with nothing in between.
public struct JSONWriter: ~Copyable {
  var text: ByteBuffer
  private var needsComma = false
  /// Whether what is written now stands in a string.
  private var isInString = false

  /// A writer with room for `capacity` bytes.
  public init(capacity: Int = 0) { text = ByteBuffer(capacity: capacity) }

  /// What has been written so far.
  public var bytes: [UInt8] { text.bytes }

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

  /// Whole members that the source code spells out as JSON.
  public mutating func members(_ json: StaticString) {
    separate()
    text.append(json)
  }

  /// Keys and values that the source code spells out as JSON, up to the place of a value.
  @inline(__always)
  public mutating func verbatim(_ json: StaticString) {
    text.append(json)
    needsComma = false
  }

  /// A value whose text is there already.
  public mutating func json(_ bytes: [UInt8]) {
    separate()
    text.append(bytes.span)
  }

  /// A string.
  public mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// A string that the source code spells out, with nothing in it that needs an escape.
  public mutating func word(_ text: StaticString) {
    separate()
    quote { $0.append(text) }
  }

  /// A string that is a number in decimal digits.
  public mutating func string(_ number: UInt16) {
    separate()
    quote { $0.append(digits: UInt32(number)) }
  }

  /// A number.
  public mutating func integer(_ number: Int64) {
    guard let few = UInt32(exactly: number), few < 100_000_000 else { return literal(number.description) }
    separate()
    text.append(digits: few)
  }

  /// A string that is JSON itself, which `body` writes; not within another such.
  public mutating func string(of body: (inout JSONWriter) -> Void) {
    separate()
    mark("\"")
    needsComma = false
    isInString = true
    body(&self)
    isInString = false
    needsComma = true
    mark("\"")
  }

  /// Any value.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: literal("null")
    case .bool(let bool): literal(bool ? "true" : "false")
    case .integer(let number): integer(number)
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
    self.open(open)
    body(&self)
    self.close(close)
  }

  mutating func open(_ scalar: Unicode.Scalar) {
    separate()
    mark(scalar)
    needsComma = false
  }

  @inline(__always)
  mutating func close(_ scalar: Unicode.Scalar) {
    mark(scalar)
    needsComma = true
  }

  private mutating func literal(_ text: String) {
    separate()
    text.withSpan { self.text.append($0) }
  }

  @inline(__always)
  mutating func separate() {
    if needsComma { mark(",") }
    needsComma = true
  }

  @inline(__always)
  private mutating func quote(_ text: String) {
    markQuotation()
    escape(text)
    markQuotation()
  }

  /// The same for what needs no escape.
  @inline(__always)
  private mutating func quote(_ append: (inout ByteBuffer) -> Void) {
    markQuotation()
    append(&text)
    markQuotation()
  }

  @inline(__always)
  private mutating func markQuotation() {
    if isInString { text.append(#"\""# as StaticString) } else { mark("\"") }
  }

  @inline(__always)
  mutating func mark(_ scalar: Unicode.Scalar) { text.append(UInt8(ascii: scalar)) }

  @inline(__always)
  mutating func escape(_ text: String) {
    text.withSpan { isInString ? self.text.append(escapingTwice: $0) : self.text.append(escaping: $0) }
  }
}
