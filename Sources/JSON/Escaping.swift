extension ByteBuffer {
  /// Appends a text with all escaped that must be (RFC 8259 section 7): quotation marks, backslashes, control characters.
  mutating func append(escaping text: Span<UInt8>) {
    var start = appendPlain(text, from: 0)
    while start < text.count {
      append(escaped: text[start])
      start = appendPlain(text, from: start + 1)
    }
  }

  /// Appends what needs no escape, and says where it ends. Goes by eight bytes, as texts are long and escapes rare.
  private mutating func appendPlain(_ text: Span<UInt8>, from first: Int) -> Int {
    reserve(text.count &- first &+ 8)
    var start = first
    while start &+ 8 <= text.count {
      let plain = appendPlain(EightBytes(of: text, at: start))
      start &+= plain
      if plain < 8 { return start }
    }
    return start < text.count ? start &+ appendPlain(EightBytes(endOf: text, from: start)) : start
  }

  /// Writes all eight, and counts those that need no escape.
  @inline(__always)
  private mutating func appendPlain(_ bytes: EightBytes) -> Int {
    unsafe memory.storeBytes(of: bytes.word.littleEndian, toByteOffset: count, as: UInt64.self)
    let plain = bytes.plainPrefix
    count &+= plain
    return plain
  }

  private mutating func append(escaped byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
    case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
    case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
    default:
      let digits = "0123456789abcdef".utf8Span.span
      append("u00".utf8Span.span)
      append(digits[Int(byte >> 4)])
      append(digits[Int(byte & 15)])
    }
  }
}
