internal import HTTPTypes
internal import Limits
internal import Transport

/// The requests and responses of one HTTP/1.1 connection, from its first byte to its last.
struct HTTP1Exchange {
  let connection: Connection
  private let place: Place
  let context: ServerContext
  private let ageLimit: Instant
  var reader: HTTP1RequestReader
  var wait: RequestWait
  /// When the request that is being read arrived.
  private var arrival = Instant.now
  /// Whether it began after the server had closed.
  private var isLate = false
  /// Whom its memory is charged to, once it needs any.
  var account: MemoryAccount?
  /// What it holds of the memory.
  var claim: MemoryBudget.ID?

  enum Incoming {
    case request(HTTP1RequestHead, body: [UInt8])
    case failed(WireError)
    case turnedAway(Unavailable)
    case end
  }

  /// What is to be done next.
  private enum Step {
    case answer(Response, to: HTTPRequest.Method, closes: Bool)
    case end
  }

  init(on connection: Connection, at place: Place, in context: ServerContext) {
    self.connection = connection
    self.place = place
    self.context = context
    ageLimit = context.ageLimit()
    reader = HTTP1RequestReader(limits: context.limits)
    wait = .idle(since: .now)
  }

  /// Serves until either side ends the connection.
  mutating func serve() async throws(TransportError) {
    defer { leaveMemory() }
    while true {
      guard case .answer(let response, let method, let closes) = try await step() else {
        return try await connection.finishSending(until: .now + context.limits.linger)
      }
      try await send(response, to: method, closes: closes)
      leaveMemory()
      if closes { return try await linger() }
    }
  }

  /// Reads the next request and finds its response. A function of its own, so that the body is gone before the response
  /// is sent, which may take a while.
  private mutating func step() async throws(TransportError) -> Step {
    switch try await next() {
    case .end: return .end
    case .failed(let error):
      context.metrics.count(error)
      return refusal(context.responder.respond(to: error))
    case .turnedAway(let reason): return refusal(context.responder.respond(to: reason))
    case .request(let head, let body):
      try await awaitTurn(body.count)
      let response = admit(await response(to: Request(head: head.request, body: body, arrival: arrival)))
      let closes = !head.keepsAlive || context.end.phase > .serving || ageLimit <= .now
      return .answer(response, to: head.request.method, closes: closes)
    }
  }

  /// The last response of a connection on which nothing more is read.
  private mutating func refusal(_ response: Response) -> Step {
    reader = HTTP1RequestReader(limits: context.limits)
    leaveMemory()
    return .answer(response, to: .get, closes: true)
  }

  private func response(to request: Request) async -> Response {
    guard !isLate else { return context.responder.respond(to: .ending) }
    return await context.responder.respond(to: request)
  }

  private mutating func next() async throws(TransportError) -> Incoming {
    wait = .idle(since: .now)
    context.metrics.becameIdle()
    place.rests()
    defer { if wait.isIdle { context.metrics.becameActive() } }
    while true {
      if case .idle = wait, reader.hasBegun { begin() }
      let progress: HTTP1RequestReader.Progress
      do throws(WireError) { progress = try reader.next() } catch { return .failed(error) }
      switch progress {
      case .request(let head, let body):
        place.carries()
        return .request(head, body: body)
      case .head(let head):
        place.carries()
        guard try await beginBody(of: head) else { return .turnedAway(.full) }
      case .full: guard try await admitMore() else { return .turnedAway(.full) }
      case .incomplete:
        if let claim { context.memory.progress(claim, reader.bodyCount) }
        if let end = try await receive() { return end }
      }
    }
  }

  /// Lets a body come; false if there is no memory for it.
  private mutating func beginBody(of head: HTTP1RequestHead) async throws(TransportError) -> Bool {
    guard try await admitBody(of: head) else { return false }
    wait = .body(since: .now)
    guard head.expectsContinue else { return true }
    try await connection.send(HTTP1Writer.askForBody, until: .now + context.limits.write)
    return true
  }

  /// Takes note of a request's first byte.
  private mutating func begin() {
    arrival = connection.lastArrival
    isLate = context.end.phase == .closed
    wait = .head(since: .now)
    place.begins()
    context.metrics.becameActive()
  }

  /// Receives more of a request; what it returns, if anything, ends the connection.
  private mutating func receive() async throws(TransportError) -> Incoming? {
    reader.buffer.compact(isIdle: wait.isIdle)
    let limits = context.limits
    let (deadline, phase) = patience()
    do throws(TransportError) {
      switch try await connection.receive(into: &reader.buffer.bytes, until: deadline, endedBy: phase) {
      case .bytes: return nil
      case .called: return isCut ? .turnedAway(.full) : nil
      case .drained:
        guard case .idle(let since) = wait else { return .end }
        return phase > .running && context.end.retains(idleSince: since, limits) ? nil : .end
      case .end: return .end
      }
    } catch {
      guard case .timedOut = error else { throw error }
      guard wait.isIdle else { return .failed(.tooSlow(wait.name)) }
      return phase > .draining ? nil : .end
    }
  }

  /// Returns the deadline and the phase that ends the wait. A connection that has been idle for too long, or whose
  /// place is wanted, gets one last read: a request may have come while it was others' turn.
  private func patience() -> (deadline: Instant, phase: LoopPhase) {
    let limits = context.limits
    let deadline = wait.deadline(limits, received: reader.bodyCount)
    guard case .idle(let since) = wait else { return (deadline, .aborting) }
    guard .now < since + limits.idle, !place.isWanted else { return (.now + limits.linger, .running) }
    return context.end.wait(idleSince: since, until: deadline, limits)
  }

  /// A large response goes out in pieces: whole, it would be copied for its head and once more for TLS.
  private func send(_ response: Response, to method: HTTPRequest.Method, closes: Bool) async throws(TransportError) {
    let deadline = Instant.now + context.limits.write
    let (date, piece) = (context.date.now, PeerLimits.smallBody.value)
    if response.body.count <= piece {
      let bytes = HTTP1Writer.bytes(of: response, to: method, date: date, closes: closes)
      try await connection.send(bytes, until: deadline)
    } else {
      try await connection.send(HTTP1Writer.head(of: response, date: date, closes: closes), until: deadline)
      var rest = response.body(to: method)[...]
      while !rest.isEmpty {
        try await connection.send(Array(rest.prefix(piece)), until: deadline)
        rest = rest.dropFirst(piece)
        if let claim { context.memory.progress(claim, response.body.count - rest.count) }
      }
    }
    context.metrics.count(connection.takeTraffic())
  }

  /// Ends our side and drops what still comes: closing with bytes unread would reset the connection, and the peer
  /// could lose the response (RFC 9112 section 9.6).
  private func linger() async throws(TransportError) {
    place.rests()
    let deadline = Instant.now + context.limits.linger
    try await connection.finishSending(until: deadline)
    var dropped: [UInt8] = []
    while case let received = try await connection.receive(into: &dropped, until: deadline),
      received == .bytes || received == .called
    {
      dropped.removeAll(keepingCapacity: true)
    }
  }
}
