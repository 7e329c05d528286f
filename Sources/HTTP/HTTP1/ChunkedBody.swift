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
