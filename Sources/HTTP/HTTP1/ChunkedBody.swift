internal import Limits

/// Takes a chunked body apart (RFC 9112 section 7.1), a piece at a time. Trailer fields are read and dropped.
struct ChunkedBody {
  private enum State {
    case size
    case data(Int)
    case dataEnd
    case trailer
    case done
  }

  private var state = State.size
  private var trailerBytes = 0
  private var extensionBytes = 0

  /// Whether a chunk has begun that has not all come.
  var hasMore: Bool { if case .data(let left) = state { left > 0 } else { false } }

  /// Moves what is there from the front of `input` to the end of `body`; true when the body is whole.
  ///
  /// - Parameter most: as long as `body` may become; the rest stays where it is.
  mutating func read(
    _ input: inout ReadBuffer, into body: inout [UInt8], limits: HTTPLimits, atMost most: Int = .max
  ) throws(WireError) -> Bool {
    while true {
      switch state {
      case .size:
        guard let line = try input.line(atMost: ChunkedBody.longestLine) else { return false }
        try begin(ChunkHead(line), after: body.count, limits)
      case .data(let left):
        let taken = input.take(atMost: min(left, most - body.count))
        body.append(contentsOf: taken)
        state = taken.count == left ? .dataEnd : .data(left - taken.count)
        if taken.count < left { return false }
      case .dataEnd:
        guard let line = try input.line(atMost: 0) else { return false }
        guard line.isEmpty else { throw .malformed("a chunk longer than its size") }
        state = .size
      case .trailer:
        guard let field = try input.line(atMost: limits.head) else { return false }
        try readTrailer(field, limits)
      case .done: return true
      }
    }
  }

  private mutating func begin(_ head: ChunkHead, after read: Int, _ limits: HTTPLimits) throws(WireError) {
    let size = head.size
    extensionBytes += head.extensions
    guard extensionBytes <= PeerLimits.chunkExtensions.value else {
      throw .malformed("chunk extensions of more than \(PeerLimits.chunkExtensions.value) bytes")
    }
    guard size <= limits.body - read else { throw .bodyTooLarge(limit: limits.body) }
    state = size == 0 ? .trailer : .data(size)
  }

  private mutating func readTrailer(_ line: ArraySlice<UInt8>, _ limits: HTTPLimits) throws(WireError) {
    trailerBytes += line.count
    guard trailerBytes <= limits.head else { throw .headTooLarge(limit: "\(limits.head) bytes") }
    if line.isEmpty { state = .done } else { _ = try FieldSection.field(line) }
  }

  private static let longestLine = 1024
}

/// The line before a chunk's data (RFC 9112 section 7.1): its size, and perhaps extensions, which mean nothing here.
///
/// The extensions are parsed all the same: two readers that differ on where a quoted string ends read different requests.
struct ChunkHead: Hashable {
  /// Bytes of data.
  let size: Int
  /// Bytes of the extensions.
  let extensions: Int

  /// - Throws: `WireError` for anything that RFC 9112 section 7.1.1 does not allow.
  init(_ line: ArraySlice<UInt8>) throws(WireError) {
    let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
    let after = line[digits.endIndex...].trimmingBlanks
    let mayHaveExtensions = after.first == UInt8(ascii: ";") || digits.count == line.count
    guard mayHaveExtensions, digits.count <= ChunkHead.mostDigits,
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
    else {
      throw .malformed("the chunk size \(quoted(line))")
    }
    var rest = line[digits.endIndex...]
    (self.size, extensions) = (size, rest.count)
    while !rest.isEmpty {
      guard ChunkHead.takeExtension(&rest) else { throw .malformed("the chunk extension \(quoted(line))") }
    }
  }

  /// `BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ]`
  private static func takeExtension(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard take(UInt8(ascii: ";"), &rest), takeToken(&rest) else { return false }
    guard take(UInt8(ascii: "="), &rest) else { return true }
    return rest.first == UInt8(ascii: "\"") ? takeQuotedString(&rest) : takeToken(&rest)
  }

  /// A sign with blanks on both sides. Without it nothing is taken: blanks at the end of a line stay, and are malformed.
  private static func take(_ sign: UInt8, _ rest: inout ArraySlice<UInt8>) -> Bool {
    let ahead = rest.drop(while: isBlank)
    guard ahead.first == sign else { return false }
    rest = ahead.dropFirst().drop(while: isBlank)
    return true
  }

  private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let token = rest.prefix(while: isTokenCharacter)
    rest = rest[token.endIndex...]
    return !token.isEmpty
  }

  /// RFC 9110 section 5.6.4.
  private static func takeQuotedString(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return true }
      guard isText(byte) else { return false }
      if byte == UInt8(ascii: "\\") { guard let next = rest.popFirst(), isText(next) else { return false } }
    }
    return false
  }

  private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// RFC 9110 section 5.6.2.
  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// More than any size that is taken.
  private static let mostDigits = 15
}
