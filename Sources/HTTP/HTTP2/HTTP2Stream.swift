internal import HTTPTypes
internal import Transport

/// One request and its response. A class, as each field and part of a body changes it where it lies.
final class HTTP2Stream {
  enum Phase {
    /// The head, or the trailer, is on its way.
    case head
    case body
    /// Handed out; whatever of the request still comes is dropped.
    case answering
    /// The response is on its way.
    case sending
  }

  private(set) var phase = Phase.head
  var head: HTTP2Head
  private(set) var request: HTTPRequest?
  private(set) var body: [UInt8] = []
  /// Whether the rest of its body comes when it is its turn; until then time does not count.
  private(set) var waits = false
  /// When what it is at has taken too long.
  private(set) var deadline: Instant?
  /// Whether the peer has sent all of it.
  var hasEnded = false
  /// When its head began to arrive.
  let arrival: Instant
  private var bodySince = Instant.now
  private var response: ArraySlice<UInt8> = []
  /// How much of the response's body has been taken.
  private(set) var sent = 0

  /// - Parameter deadline: when all of its head must have come.
  init(limits: HTTPLimits, since arrival: Instant, until deadline: Instant) {
    head = HTTP2Head(limits: limits)
    self.arrival = arrival
    self.deadline = deadline
  }

  /// Whether it has not come whole.
  var isBeingRead: Bool { phase == .head || phase == .body }

  /// Begins to read the body.
  func begin(
    _ request: HTTPRequest, at now: Instant, _ limits: HTTPLimits, waits: Bool
  ) {
    self.request = request
    phase = .body
    if waits { (self.waits, deadline) = (true, nil) } else { goOn(at: now, limits, upTo: 0) }
  }

  /// Lets the body come: from now on time counts. Room is made at once, as only what is written of it takes memory.
  func goOn(at now: Instant, _ limits: HTTPLimits, upTo length: Int) {
    waits = false
    body.reserveCapacity(length)
    bodySince = now
    deadline = RequestWait.body(since: now).deadline(limits, received: body.count)
  }

  /// Takes a part of the body.
  func add(_ part: UnsafeBufferPointer<UInt8>, _ limits: HTTPLimits) {
    unsafe body.append(contentsOf: part)
    if !waits { deadline = RequestWait.body(since: bodySince).deadline(limits, received: body.count) }
  }

  /// Hands the body over to be answered: nothing more of the request is read.
  @discardableResult
  func handOut() -> [UInt8] {
    defer { (phase, body, deadline, waits) = (.answering, [], nil, false) }
    return body
  }

  /// Begins to send a response's body.
  func send(_ body: [UInt8], until deadline: Instant) {
    phase = .sending
    response = body[...]
    self.deadline = deadline
  }

  /// Takes the next part of the response's body.
  func nextPart(atMost limit: Int) -> ArraySlice<UInt8> {
    defer { response = response.dropFirst(limit) }
    sent += min(limit, response.count)
    return response.prefix(limit)
  }

  /// Whether all of the response's body has been taken.
  var isAllTaken: Bool { response.isEmpty }
}

/// The streams that the peer has ended lately: a frame on one of them ends the connection (RFC 9113 section 5.1).
///
/// nghttp2 would keep all that it knows of closed streams for that. A stream that only we have reset is not among them:
/// its peer may not know yet. Nor is a number that the peer has skipped.
struct HTTP2EndedStreams {
  private var ended: [Int32] = []
  /// Streams that the peer has begun and not ended.
  private var open: [Int32] = []
  private var highest: Int32 = 0

  /// Records a frame; false if it may not come on its stream.
  mutating func allows(_ frame: HTTP2Frame) -> Bool {
    let mustBeOpen = frame.kind == .data || frame.kind == .headers
    if mustBeOpen, ended.contains(frame.stream) { return false }
    if frame.kind == .headers, frame.stream > highest {
      highest = frame.stream
      HTTP2EndedStreams.add(frame.stream, to: &open)
    }
    if frame.endsStream || frame.kind == .resetStream { end(frame.stream) }
    return true
  }

  private mutating func end(_ stream: Int32) {
    guard let index = open.lastIndex(of: stream) else { return }
    open.remove(at: index)
    HTTP2EndedStreams.add(stream, to: &ended)
  }

  private static func add(_ stream: Int32, to streams: inout [Int32]) {
    if streams.count == HTTP2EndedStreams.most { streams.removeFirst() }
    streams.append(stream)
  }

  /// Twice as many as may be open at once: nghttp2 would keep as many.
  private static let most = 200
}
