/// Takes a connection's bytes apart into requests: bytes in at any pace, requests out in order (RFC 9112).
struct HTTP1RequestReader {
  /// Where received bytes go.
  var buffer = ReadBuffer()
  private let limits: HTTPLimits
  private var state = State.head
  private var body: [UInt8] = []
  /// How much of the body may be kept.
  private var admitted = Int.max

  private enum State {
    case head
    case body(HTTP1RequestHead, left: Int)
    case chunked(HTTP1RequestHead, ChunkedBody)
  }

  /// What the bytes so far come to.
  enum Progress {
    /// More bytes are needed.
    case incomplete
    /// A head that has just come and whose body has not; said once.
    case head(HTTP1RequestHead)
    /// As much of the body has come as was admitted, and more will.
    case full
    case request(HTTP1RequestHead, body: [UInt8])
  }

  init(limits: HTTPLimits) { self.limits = limits }

  /// Whether the peer is in the middle of a request.
  var hasBegun: Bool {
    if case .head = state { return buffer.count > 0 }
    return true
  }

  /// Lets so much of the body come. Room for it is made at once, as only what is written of it takes memory.
  mutating func admit(_ bytes: Int) {
    admitted = bytes
    body.reserveCapacity(bytes)
  }

  /// How much of the body has come.
  var bodyCount: Int { body.count }

  /// Goes on with what is there.
  ///
  /// - Throws: `WireError` for an invalid request. Nothing can be read after it.
  mutating func next() throws(WireError) -> Progress {
    switch state {
    case .head:
      guard let bytes = try buffer.head(atMost: limits.head) else { return .incomplete }
      let head = try HTTP1RequestHead(bytes, limits: limits)
      return try begin(head)
    case .body(let head, let left):
      let taken = buffer.take(atMost: left)
      body.append(contentsOf: taken)
      guard taken.count == left else {
        state = .body(head, left: left - taken.count)
        return .incomplete
      }
      return finish(head)
    case .chunked(let head, var chunks):
      let isWhole = try chunks.read(&buffer, into: &body, limits: limits, atMost: admitted)
      guard isWhole else {
        state = .chunked(head, chunks)
        return chunks.hasMore && body.count >= admitted ? .full : .incomplete
      }
      return finish(head)
    }
  }

  /// A head is reported by itself only if its body has not come whole with it.
  private mutating func begin(_ head: HTTP1RequestHead) throws(WireError) -> Progress {
    switch head.framing {
    case .length(let length):
      guard length <= limits.body else { throw .bodyTooLarge(limit: limits.body) }
      state = .body(head, left: length)
      return buffer.count >= length ? try next() : .head(head)
    case .chunked, .untilClose:
      state = .chunked(head, ChunkedBody())
      return .head(head)
    }
  }

  private mutating func finish(_ head: HTTP1RequestHead) -> Progress {
    state = .head
    defer { (body, admitted) = ([], .max) }
    return .request(head, body: body)
  }
}
