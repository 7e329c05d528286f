internal import HTTPTypes

/// One request and its response.
struct HTTP2Stream {
  enum Phase {
    /// The head, or the trailer, is on its way.
    case head
    case body
    /// Handed out; whatever of the request still comes is dropped.
    case answering
    /// The response is on its way.
    case sending
  }

  var phase = Phase.head
  var head: HTTP2Head
  var request: HTTPRequest?
  var body: [UInt8] = []
  /// When what it is at has taken too long.
  var deadline: ContinuousClock.Instant?
  /// Whether the peer has sent all of it.
  var hasEnded = false
  /// Since when its head has been there.
  let arrival: ContinuousClock.Instant
  private var bodySince = ContinuousClock.now
  private var response: ArraySlice<UInt8> = []

  /// - Parameter deadline: when all of its head must have come.
  init(limits: HTTPLimits, since arrival: ContinuousClock.Instant, until deadline: ContinuousClock.Instant) {
    head = HTTP2Head(limits: limits)
    self.arrival = arrival
    self.deadline = deadline
  }

  /// Whether it has not come whole.
  var isBeingRead: Bool { phase == .head || phase == .body }

  /// Begins to read the body.
  mutating func begin(_ request: HTTPRequest, at now: ContinuousClock.Instant, _ limits: HTTPLimits) {
    self.request = request
    phase = .body
    bodySince = now
    deadline = RequestWait.body(since: now).deadline(limits, received: 0)
  }

  /// Takes a part of the body.
  mutating func add(_ part: UnsafeBufferPointer<UInt8>, _ limits: HTTPLimits) {
    unsafe body.append(contentsOf: part)
    deadline = RequestWait.body(since: bodySince).deadline(limits, received: body.count)
  }

  /// Begins to send a response's body.
  mutating func send(_ body: [UInt8], until deadline: ContinuousClock.Instant) {
    phase = .sending
    response = body[...]
    self.deadline = deadline
  }

  /// Takes the next part of the response's body.
  mutating func nextPart(atMost limit: Int) -> ArraySlice<UInt8> {
    defer { response = response.dropFirst(limit) }
    return response.prefix(limit)
  }

  /// Whether all of the response's body has been taken.
  var isAllTaken: Bool { response.isEmpty }
}
