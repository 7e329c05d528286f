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
    case body(HTTPResponse, BodyFraming)
    case chunked(HTTPResponse, ChunkedBody)
  }

  /// - Parameter method: what the response answers: a HEAD's has no body, whatever its fields say.
  init(to method: HTTPRequest.Method, limits: HTTPLimits) {
    self.method = method
    self.limits = limits
  }

  /// Goes on with what is there; `nil` where more is needed.
  ///
  /// - Parameter isEnd: whether the peer sends no more.
  mutating func next(isEnd: Bool) throws(WireError) -> Response? {
    // A loop, as a server may send any number of interim responses.
    while case .head = state {
      guard let bytes = try buffer.head(atMost: limits.head) else { return nil }
      try begin(bytes)
    }
    switch state {
    case .head: return nil
    case .chunked(let head, var chunks):
      guard try chunks.read(&buffer, into: &body, limits: limits) else {
        state = .chunked(head, chunks)
        return nil
      }
      return Response(head: head, body: body)
    case .body(let head, let framing):
      let limit = if case .length(let length) = framing { length } else { limits.body + 1 }
      body.append(contentsOf: buffer.take(atMost: limit - body.count))
      guard body.count <= limits.body else { throw .bodyTooLarge(limit: limits.body) }
      let isWhole = framing == .untilClose ? isEnd : body.count == limit
      return isWhole ? Response(head: head, body: body) : nil
    }
  }

  /// An interim response (1xx) is passed over: the final one follows it.
  private mutating func begin(_ bytes: ArraySlice<UInt8>) throws(WireError) {
    let section = try FieldSection(bytes, mostFields: limits.fields)
    let head = HTTPResponse(
      status: try HTTP1ResponseReader.status(section.startLine), headerFields: section.fields)
    if head.status.kind == .informational { return }
    let isEmpty = method == .head || head.status == .noContent || head.status == .notModified
    let framing = isEmpty ? .length(0) : try BodyFraming(ofResponseWith: ConnectionFields(section.fields))
    state = framing == .chunked ? .chunked(head, ChunkedBody()) : .body(head, framing)
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
