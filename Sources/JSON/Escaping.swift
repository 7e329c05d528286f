extension ByteBuffer {
  /// Appends a text with all escaped that must be (RFC 8259 section 7): quotation marks, backslashes, control characters.
  @inline(__always)
  mutating func append(escaping text: Span<UInt8>) {
    let end = text.plainEnd(from: 0)
    append(unsafe text.extracting(unchecked: 0..<end))
    if end < text.count { append(escaping: text, from: end) }
  }

  /// The same for a text in a text.
  mutating func append(escapingTwice text: Span<UInt8>) {
    let end = text.plainEnd(from: 0)
    append(unsafe text.extracting(unchecked: 0..<end))
    guard end < text.count else { return }
    var once = ByteBuffer(capacity: 2 * text.count)
    once.append(escaping: text, from: end)
    once.withSpan { append(escaping: $0) }
  }

  /// The same from a byte on that needs an escape.
  @inline(never)
  private mutating func append(escaping text: Span<UInt8>, from first: Int) {
    var start = first
    while start < text.count {
      append(escaped: unsafe text[unchecked: start])
      let end = text.plainEnd(from: start &+ 1)
      append(unsafe text.extracting(unchecked: (start &+ 1)..<end))
      start = end
    }
  }

  @inline(__always)
  private mutating func append(escaped byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case UInt8(ascii: "\n"): append(UInt8(ascii: "n"))
    case UInt8(ascii: "\t"): append(UInt8(ascii: "t"))
    case UInt8(ascii: "\r"): append(UInt8(ascii: "r"))
    default:
      let digits = "0123456789abcdef".utf8Span.span
      append("u00" as StaticString)
      append(digits[Int(byte >> 4)])
      append(digits[Int(byte & 15)])
    }
  }
}

extension Span<UInt8> {
  /// Where the first byte stands that needs an escape, or the end. Goes by eight bytes, as texts are long and escapes rare.
  @inline(__always)
  fileprivate func plainEnd(from first: Int) -> Int {
    var start = first
    while start &+ 8 <= count {
      let plain = EightBytes(of: self, at: start).plainPrefix
      start &+= plain
      if plain < 8 { return start }
    }
    return start < count ? start &+ EightBytes(endOf: self, from: start).plainPrefix : start
  }
}

extension String {
  /// Calls `body` with the text's bytes. `utf8Span` takes longer, and every string that is written comes by here.
  @inline(__always)
  func withSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    if let result = unsafe utf8.withContiguousStorageIfAvailable({ bytes in body(unsafe bytes.span) }) { return result }
    return withCopiedSpan(body)
  }

  /// The same for one that came from elsewhere and is not in UTF-8.
  @inline(never)
  private func withCopiedSpan<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    var text = self
    return text.withUTF8 { bytes in body(unsafe bytes.span) }
  }
}
