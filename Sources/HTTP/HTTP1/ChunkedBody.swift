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

  /// Moves what is there from the front of `input` to the end of `body`; true when the body is whole.
  mutating func read(_ input: inout ReadBuffer, into body: inout [UInt8], limits: HTTPLimits) throws(WireError) -> Bool
  {
    while true {
      switch state {
      case .size:
        guard let line = try input.line(atMost: ChunkedBody.longestLine) else { return false }
        try begin(ChunkedBody.size(line), after: body.count, limits)
      case .data(let left):
        let taken = input.take(atMost: left)
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

  private mutating func begin(_ size: Int, after read: Int, _ limits: HTTPLimits) throws(WireError) {
    guard size <= limits.body - read else { throw .bodyTooLarge(limit: limits.body) }
    state = size == 0 ? .trailer : .data(size)
  }

  private mutating func readTrailer(_ line: ArraySlice<UInt8>, _ limits: HTTPLimits) throws(WireError) {
    trailerBytes += line.count
    guard trailerBytes <= limits.head else { throw .headTooLarge(limit: "\(limits.head) bytes") }
    if line.isEmpty { state = .done } else { _ = try FieldSection.field(line) }
  }

  /// A size in hexadecimal digits, and perhaps extensions, which are ignored (RFC 9112 section 7.1.1).
  private static func size(_ line: ArraySlice<UInt8>) throws(WireError) -> Int {
    let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
    let extensions = line[digits.endIndex...]
    guard extensions.isEmpty || extensions.trimmingBlanks.first == UInt8(ascii: ";"), digits.count <= 15,
      let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .malformed("the chunk size \(quoted(line))") }
    return size
  }

  private static let longestLine = 1024
}
