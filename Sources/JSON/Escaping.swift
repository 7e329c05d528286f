extension ByteBuffer {
  /// Appends a text with all escaped that must be (RFC 8259 section 7): quotation marks, backslashes, control
  /// characters.
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
  /// Returns the place of the first byte that needs an escape, or the end. It reads eight bytes at a time, as texts are
  /// long and escapes rare.
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

/// Eight bytes of a text, looked at together; the first is the lowest, and past the text's end they are zero.
struct EightBytes {
  let word: UInt64

  /// - Parameter start: where they begin; all eight are of the text.
  @inline(__always)
  init(of text: Span<UInt8>, at start: Int) {
    word = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self).littleEndian
  }

  /// - Parameter start: where they begin, less than eight before the text's end.
  @inline(__always)
  init(endOf text: Span<UInt8>, from start: Int) {
    if text.count >= 8 {
      self.init(EightBytes(of: text, at: text.count &- 8).word >> UInt64(64 &- 8 &* (text.count &- start)))
    } else {
      var word: UInt64 = 0
      for place in start..<text.count {
        word |= UInt64(unsafe text[unchecked: place]) &<< UInt64(8 &* (place &- start))
      }
      self.init(word)
    }
  }

  private init(_ word: UInt64) { self.word = word }

  /// How many, from the first on, are of the text and need no escape in JSON (RFC 8259 section 7).
  var plainPrefix: Int {
    let special = below(0x20) | difference(from: UInt8(ascii: "\"")) | difference(from: UInt8(ascii: "\\"))
    return (special & each(0x80)).trailingZeroBitCount >> 3
  }

  /// Whether a byte is among them; not to be asked for zero, which stands for none.
  func contain(_ byte: UInt8) -> Bool { difference(from: byte) & each(0x80) != 0 }

  /// The highest bit of the first byte that is below a limit, and perhaps of bytes after it: to take the limit away
  /// sets it, and borrows from the next.
  private func below(_ limit: UInt8) -> UInt64 { (word &- each(limit)) & ~word }

  /// The same for the first byte that is a certain one.
  private func difference(from byte: UInt8) -> UInt64 {
    let difference = word ^ each(byte)
    return (difference &- each(1)) & ~difference
  }

  private func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
