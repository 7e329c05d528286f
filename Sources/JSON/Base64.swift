extension JSONWriter {
  /// A string that is bytes in base64 (RFC 4648 section 4).
  public mutating func base64(_ data: [UInt8]) {
    separate()
    mark("\"")
    unsafe text.append(room: (data.count + 2) / 3 * 4) { room in
      unsafe room.baseAddress.map { unsafe Base64.encode(data.span, to: $0) } ?? 0
    }
    mark("\"")
  }
}

/// Binary data within YAML and JSON (RFC 4648 section 4).
public enum Base64 {
  /// Returns the bytes of a text, or `nil` if it is not base64. Line breaks are skipped, as Kubernetes does.
  public static func bytes(_ text: String) -> [UInt8]? {
    var letters = text.utf8.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard letters.count % 4 == 0 else { return nil }
    let padding = letters.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    letters.removeLast(padding)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count * 3 / 4)
    var (bits, count): (UInt32, Int) = (0, 0)
    for letter in letters {
      guard let value = values[Int(letter)] else { return nil }
      (bits, count) = (bits << 6 | UInt32(value), count + 6)
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  /// Returns the text of bytes, on one line.
  public static func text(_ bytes: [UInt8]) -> String {
    unsafe String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { room in
      unsafe room.baseAddress.map { unsafe encode(bytes.span, to: UnsafeMutableRawPointer($0)) } ?? 0
    }
  }

  /// Writes the letters of bytes, four for each three or part of it, and says how many there are.
  fileprivate static func encode(_ data: Span<UInt8>, to text: UnsafeMutableRawPointer) -> Int {
    let (bytes, pairs) = unsafe (data.bytes, pairs.span)
    var (start, count) = (0, 0)
    // Six at a time, of eight that are read.
    while start &+ 8 <= data.count {
      let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self).bigEndian
      for pair in 0..<4 {
        let letters = unsafe pairs[unchecked: Int(truncatingIfNeeded: word >> UInt64(52 &- 12 &* pair) & 0xfff)]
        unsafe text.storeBytes(of: letters, toByteOffset: count &+ 2 &* pair, as: UInt16.self)
      }
      start &+= 6
      count &+= 8
    }
    while start < data.count {
      let few = data.extracting(start..<min(start + 3, data.count))
      for place in 0..<4 {
        unsafe text.storeBytes(of: letter(place, of: few), toByteOffset: count + place, as: UInt8.self)
      }
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

  /// The number of six bits that each letter of the alphabet stands for.
  private static let values: [UInt8?] = {
    var values = [UInt8?](repeating: nil, count: 256)
    for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    return values
  }()

  /// Two letters for each number of twelve bits, in the order in which they are written. It halves the steps.
  private static let pairs: [UInt16] = (0..<4096).map { number in
    UInt16(bigEndian: UInt16(alphabet[number >> 6]) << 8 | UInt16(alphabet[number & 63]))
  }
}
