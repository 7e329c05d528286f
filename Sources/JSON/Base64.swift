extension JSONWriter {
  /// A string that is what `body` writes, in base64 (RFC 4648 section 4).
  public mutating func base64(_ body: (inout JSONWriter) -> Void) {
    var inner = JSONWriter(capacity: 4096)
    body(&inner)
    separate()
    mark("\"")
    inner.text.withSpan { data in
      unsafe text.append(room: (data.count + 2) / 3 * 4) { room in unsafe Base64.encode(data, into: room) }
    }
    mark("\"")
  }
}

private enum Base64 {
  /// Writes the letters of bytes into room for them, and says how many there are.
  static func encode(_ data: Span<UInt8>, into text: UnsafeMutableRawBufferPointer) -> Int {
    let (bytes, pairs) = unsafe (data.bytes, pairs.span)
    var (start, count) = (0, 0)
    while start + 8 <= data.count {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).bigEndian
      for pair in 0..<4 {
        let letters = unsafe pairs[unchecked: Int(truncatingIfNeeded: word >> UInt64(52 &- 12 &* pair) & 0xfff)]
        unsafe text.storeBytes(of: letters, toByteOffset: count &+ 2 &* pair, as: UInt16.self)
      }
      start &+= 6
      count &+= 8
    }
    while start < data.count {
      let few = data.extracting(start..<min(start + 3, data.count))
      for place in 0..<4 { unsafe text[count + place] = letter(place, of: few) }
      start += 3
      count += 4
    }
    return count
  }

  /// One of the four letters of at most three bytes.
  private static func letter(_ place: Int, of few: Span<UInt8>) -> UInt8 {
    guard place <= few.count else { return UInt8(ascii: "=") }
    let word = few.indices.reduce(0) { $0 | Int(few[$1]) << (16 - 8 * $1) }
    return alphabet[word >> (18 - 6 * place) & 63]
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Two letters for each number of twelve bits, in the order in which they are written: half as many steps as with one.
  private static let pairs: [UInt16] = (0..<4096).map { number in
    UInt16(bigEndian: UInt16(alphabet[number >> 6]) << 8 | UInt16(alphabet[number & 63]))
  }
}
