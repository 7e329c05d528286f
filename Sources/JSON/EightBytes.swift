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
