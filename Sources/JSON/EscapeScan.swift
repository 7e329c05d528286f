/// Where a string needs an escape: at quotation marks, backslashes and control characters (RFC 8259 section 7).
enum EscapeScan {
  /// How many bytes from the beginning need none. Looks at eight at a time, as texts are long and escapes rare.
  static func plainPrefix(of text: Span<UInt8>) -> Int {
    let bytes = unsafe text.bytes
    var start = 0
    while start < text.count {
      // The last eight may have been looked at in part.
      let place = min(start, text.count &- 8)
      guard place >= 0 else { return shortPrefix(of: text) }
      let special = specials(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian)
      if special != 0 { return place &+ special.trailingZeroBitCount >> 3 }
      start = place &+ 8
    }
    return start
  }

  private static func shortPrefix(of text: Span<UInt8>) -> Int {
    var start = 0
    while start < text.count, specials(UInt64(text[start])) & 0x80 == 0 { start &+= 1 }
    return start
  }

  /// The highest bit of each of eight bytes, set in the first that is special, in none before it, and in any after it.
  ///
  /// To take a limit from a byte below it borrows from the next, and sets the highest bit of this one.
  private static func specials(_ word: UInt64) -> UInt64 {
    let quote = word ^ each(UInt8(ascii: "\""))
    let backslash = word ^ each(UInt8(ascii: "\\"))
    let control = (word &- each(0x20)) & ~word
    return (control | (quote &- each(1)) & ~quote | (backslash &- each(1)) & ~backslash) & each(0x80)
  }

  private static func each(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
}
