internal import CNGHTTP2
internal import HTTPTypes
internal import Transport

/// The server's side of one HTTP/2 connection without any I/O (RFC 9113): bytes in and requests out, responses in and
/// bytes out. It stays with one task.
///
/// Time is told, not read, so that everything that depends on it can be tested at once.
final class HTTP2Session {
  /// What has come of the bytes.
  enum Event {
    /// A whole request, to be answered by `respond`.
    case request(Int32, Request)
    /// A request that is refused, to be answered too; its connection lives on.
    case refused(Int32, WireError)
    /// A request that is not read on for lack of memory, to be answered too.
    case turnedAway(Int32, Unavailable)
    /// A request that was none, whose stream has been reset.
    case reset(WireError)
  }

  let limits: HTTPLimits
  let memory: MemoryAccount
  let wire: NGHTTP2Session
  var streams: [Int32: HTTP2Stream] = [:]
  /// Requests that have been handed out, also those whose streams are gone.
  var answering: Set<Int32> = []
  var bodies: HTTP2Bodies
  var allowance: HTTP2Allowance
  var now: Instant
  var arrival: Instant
  /// How the peer has broken the rules of ours; the connection ends.
  var verdict: HTTP2ErrorCode?
  var phase = Phase.open
  /// By when the peer's settings must have come.
  var prefaceDeadline: Instant?
  var continuations = 0
  /// Whether the head of any request has been complete.
  var hasCarried = false
  /// For how long it may be idle; less if others wait to be let in.
  var idleTime: Duration
  /// When the last request had been answered.
  private(set) var idleSince: Instant
  private var scanner = HTTP2FrameScanner()
  var ended = HTTP2EndedStreams()
  private var events: [Event] = []
  /// Whole requests whose large bodies wait for their turn to be parsed.
  private var parked: [(stream: Int32, request: Request)] = []

  enum Phase {
    case open
    /// A GOAWAY without a last stream has gone out; after the answer to its PING, or a while, the final one follows.
    case noticed(until: Instant)
    case leaving
  }

  /// - Throws: `SystemError` if there is no memory.
  init(limits: HTTPLimits, memory: MemoryAccount, at now: Instant) throws(SystemError) {
    self.limits = limits
    self.memory = memory
    self.now = now
    arrival = now
    idleSince = now
    idleTime = limits.idle
    prefaceDeadline = now + limits.headTime
    allowance = HTTP2Allowance(limits: limits.http2, at: now)
    bodies = HTTP2Bodies(memory)
    wire = try NGHTTP2Session(limits: limits.http2)
    wire.call(self)
    let settings = [
      (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.http2.streams),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.head),
      // All responses are alike to us, and a tree of priorities is one thing less to be kept (RFC 9218 section 2.1).
      (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.http2.firstWindow),
    ]
    wire.begin(settings, window: max(HTTP2Session.initialWindow, limits.http2.window))
  }

  /// Takes bytes from the peer.
  ///
  /// - Parameter arrival: when they arrived.
  func receive(_ bytes: [UInt8], at now: Instant, since arrival: Instant) {
    self.now = now
    self.arrival = arrival
    allowance.fill(at: now)
    let allowed = allowedPart(of: bytes)
    if let code = wire.receive(allowed) ?? verdict { end(code) }
    noteIdleness()
  }

  /// What comes before a frame that is one too many.
  private func allowedPart(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    var rest = bytes[...]
    while let frame = scanner.next(in: &rest) {
      guard allows(frame) else { return bytes[..<max(0, rest.startIndex - HTTP2FrameScanner.headLength)] }
    }
    return bytes[...]
  }

  /// The next request or refusal.
  func nextEvent() -> Event? {
    // Their turns need not come in the order in which they became whole.
    if let index = parked.firstIndex(where: { bodies.mayBeWorkedOn($0.stream, at: now) }) {
      let next = parked.remove(at: index)
      events.append(.request(next.stream, next.request))
    }
    while !events.isEmpty {
      let event = events.removeFirst()
      guard case .request(let stream, _) = event, streams[stream] == nil else { return event }
      // The peer has given it up already.
      release(stream)
    }
    return nil
  }

  /// Queues the response to a request. The response is dropped if its stream is closed.
  ///
  /// - Parameter full: the response if there is no memory for that.
  func respond(
    to stream: Int32, with response: Response, date: String, at now: Instant,
    orElse full: () -> Response = { Unavailable.full.response(Response.text) }
  ) {
    self.now = now
    answering.remove(stream)
    defer { noteIdleness() }
    guard streams[stream]?.phase == .answering, verdict == nil else { return release(stream) }
    allowance.earn(limits.http2.responseEarns)
    let isOfHead = streams[stream]?.head.isOfHead ?? false
    let isAdmitted = bodies.answer(stream, isOfHead ? 0 : response.body.count, at: now)
    letBodiesCome()
    let response = isAdmitted ? response : full()
    let body = isOfHead || !response.mayHaveBody ? [] : response.body
    streams[stream]?.send(body, until: now + limits.write)
    wire.submit(HTTP2FieldBlock(of: response, date: date), hasBody: !body.isEmpty, on: stream)
  }

  /// Hands a whole request out once it may be worked on.
  func add(_ request: Request, on stream: Int32) {
    if bodies.mayBeWorkedOn(stream, at: now) {
      add(.request(stream, request))
    } else {
      parked.append((stream, request))
    }
  }

  /// Looks whether bodies may come or must be given up, now that others have changed what there is room for.
  func lookAtMemory(at now: Instant) {
    self.now = now
    for stream in bodies.cut(at: now) { giveUp(stream) }
    letBodiesCome()
  }

  /// Gives all memory back once no task works on a request.
  func releaseMemory() { bodies.releaseAll(at: .now) }

  /// Takes bytes for the peer, perhaps none.
  func takeOutput() -> [UInt8] {
    var output: [UInt8] = []
    while output.count < limits.http2.output, wire.takeOutput(into: &output) {}
    if let verdict { wire.terminate(verdict) }
    noteIdleness()
    return output
  }

  /// Tells the peer to go elsewhere; what is in flight is answered.
  func goAway(at now: Instant) {
    guard case .open = phase else { return }
    self.now = now
    phase = .noticed(until: now + limits.linger)
    wire.submitNotice()
  }

  /// Whether nothing more is to be received or sent.
  var isOver: Bool { wire.isOver }

  /// Whether no request is being read or answered.
  var isIdle: Bool { streams.isEmpty && answering.isEmpty }

  /// Whether nothing is to be answered, though requests may have begun.
  var owesNothing: Bool { answering.isEmpty && streams.values.allSatisfy(\.isBeingRead) }

  /// Whether the peer has not been told to go.
  var isOpen: Bool { if case .open = phase { true } else { false } }

  /// When `expire` has something to do.
  var deadline: Instant {
    var deadline = idleDeadline ?? now + limits.idle
    if case .noticed(let until) = phase { deadline = min(deadline, until) }
    if let prefaceDeadline { deadline = min(deadline, prefaceDeadline) }
    if bodies.areWaiting || !parked.isEmpty { deadline = min(deadline, now + MemoryAccount.look) }
    for stream in streams.values { if let its = stream.deadline { deadline = min(deadline, its) } }
    return deadline
  }

  /// Ends what has taken too long. A slow body is answered with 408, and an idle connection gets a GOAWAY. A peer that
  /// stops within a head, or does not take a response, is disconnected.
  func expire(at now: Instant) {
    self.now = now
    if let prefaceDeadline, prefaceDeadline <= now { end(.enhanceYourCalm) }
    for (id, stream) in streams where stream.deadline.map({ $0 <= now }) ?? false {
      // Nothing else can come before the rest of a header block.
      if stream.phase == .body { refuse(id, .tooSlow("its body")) } else { end(.enhanceYourCalm) }
    }
    for stream in bodies.waiting(since: now - limits.memoryTime) { turnAway(stream, .noRoom) }
    if case .noticed(let until) = phase, until <= now { leave() }
    if let idleDeadline, idleDeadline <= now { leave() }
  }

  /// Queues the final GOAWAY.
  func leave() {
    if case .leaving = phase { return }
    phase = .leaving
    wire.submitGoAway()
  }

  /// Ends the connection with a reason.
  private func end(_ code: HTTP2ErrorCode) {
    verdict = verdict ?? code
    wire.terminate(code)
  }

  /// Hands something out.
  func add(_ event: Event) { events.append(event) }

  private var idleDeadline: Instant? {
    isIdle ? idleSince + idleTime : nil
  }

  /// Takes note that a request need not be answered.
  private func release(_ stream: Int32) {
    answering.remove(stream)
    dropBody(of: stream)
  }

  /// What a peer may send before it knows more (RFC 9113 section 6.9.2).
  private static let initialWindow = 65_535

  private func noteIdleness() { if !isIdle { idleSince = now } }
}
