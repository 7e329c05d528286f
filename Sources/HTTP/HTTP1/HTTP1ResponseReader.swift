internal import HTTPTypes

/// Takes the bytes of one response apart (RFC 9112 section 4), at any pace.
struct HTTP1ResponseReader {
  /// Where received bytes go.
  var buffer = ReadBuffer()
  private let limits: HTTPLimits
  private let method: HTTPRequest.Method
  private var state = State.head
  private var body: [UInt8] = []

  private enum State {
    case head
    case body(HTTPResponse, Rest)
  }

  /// What of a body is still to come.
  private enum Rest {
    case length(Int)
    case chunked(ChunkedBody)
    case untilClose
  }

  /// - Parameter method: what the response answers: a HEAD's has no body, whatever its fields say.
  init(to method: HTTPRequest.Method, limits: HTTPLimits) {
    self.method = method
    self.limits = limits
  }

  /// Goes on with what is there; `nil` if more is needed.
  ///
  /// - Parameter isEnd: whether the peer has sent its last byte.
  mutating func next(isEnd: Bool) throws(WireError) -> Response? {
    guard let head = try nextHead() else { return nil }
    // One that says itself that it is too large need not be received.
    if case .body(_, .length(let left)) = state, left > limits.body - body.count {
      throw .bodyTooLarge(limit: limits.body)
    }
    var received = body
    body = []
    let isWhole = try nextPiece(into: &received, isEnd: isEnd)
    guard received.count <= limits.body else { throw .bodyTooLarge(limit: limits.body) }
    body = received
    return isWhole ? Response(head: head, body: body) : nil
  }

  /// The head of the response; `nil` if more is needed.
  mutating func nextHead() throws(WireError) -> HTTPResponse? {
    // A loop, as a server may send any number of interim responses.
    while case .head = state {
      guard let bytes = try buffer.head(atMost: limits.head) else { return nil }
      try begin(bytes)
    }
    guard case .body(let head, _) = state else { return nil }
    return head
  }

  /// Moves what is there of the body to the end of `piece`, after the head has come; true when the body is whole.
  mutating func nextPiece(into piece: inout [UInt8], isEnd: Bool) throws(WireError) -> Bool {
    guard case .body(let head, let rest) = state else { return false }
    switch rest {
    case .length(let left):
      let taken = buffer.take(atMost: left)
      piece.append(contentsOf: taken)
      state = .body(head, .length(left - taken.count))
      return taken.count == left
    case .chunked(var chunks):
      let isWhole = try chunks.read(&buffer, into: &piece, limits: limits)
      state = .body(head, .chunked(chunks))
      return isWhole
    case .untilClose:
      piece.append(contentsOf: buffer.take(atMost: .max))
      return isEnd
    }
  }

  /// Skips an interim response (1xx): the final one follows it.
  private mutating func begin(_ bytes: ArraySlice<UInt8>) throws(WireError) {
    let section = try FieldSection(bytes, mostFields: limits.fields)
    let head = HTTPResponse(
      status: try HTTP1ResponseReader.status(section.startLine), headerFields: section.fields)
    if head.status.kind == .informational { return }
    let isEmpty = method == .head || head.status == .noContent || head.status == .notModified
    let framing = isEmpty ? .length(0) : try BodyFraming(ofResponseWith: section.connection)
    switch framing {
    case .length(let length): state = .body(head, .length(length))
    case .chunked: state = .body(head, .chunked(ChunkedBody()))
    case .untilClose: state = .body(head, .untilClose)
    }
  }

  private static func status(_ line: ArraySlice<UInt8>) throws(WireError) -> HTTPResponse.Status {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let code = Int(String(decoding: parts[1], as: UTF8.self)),
      (100...999).contains(code)
    else { throw .malformed("the status line \(quoted(line))") }
    _ = try HTTP1Version(parts[0])
    let reason = parts.count == 3 ? String(decoding: parts[2], as: UTF8.self) : ""
    return HTTPResponse.Status(code: code, reasonPhrase: reason)
  }
}
