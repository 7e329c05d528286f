internal import HTTPTypes
internal import Transport

/// The requests and responses of one HTTP/1.1 connection, from its first byte to its last.
struct HTTP1Exchange {
  private let connection: Connection
  private let place: Place
  private let context: ServerContext
  private let ageLimit: Instant
  private var reader: HTTP1RequestReader
  private var wait: RequestWait
  /// Since when the request that is being read has been there.
  private var arrival = Instant.now
  /// Whether it has begun when nobody should have asked any more.
  private var isLate = false

  private enum Incoming {
    case request(HTTP1RequestHead, body: [UInt8])
    case failed(WireError)
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
    while true {
      switch try await next() {
      case .end: return try await connection.finishSending(until: .now + context.limits.linger)
      case .failed(let error):
        context.metrics.count(error)
        try await send(context.responder.respond(to: error), to: .get, closes: true)
        return try await linger()
      case .request(let head, let body):
        let response = await response(to: Request(head: head.request, body: body, arrival: arrival))
        let closes = !head.keepsAlive || context.end.phase > .serving || ageLimit <= .now
        try await send(response, to: head.request.method, closes: closes)
        if closes { return try await linger() }
      }
    }
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
        wait = .body(since: .now)
        if head.expectsContinue {
          try await connection.send(HTTP1Writer.askForBody, until: .now + context.limits.write)
        }
      case .incomplete: if let end = try await receive() { return end }
      }
    }
  }

  /// Takes note of a request's first byte.
  private mutating func begin() {
    arrival = connection.lastArrival
    isLate = context.end.phase == .closed
    wait = .head(since: .now)
    place.begins()
    context.metrics.becameActive()
  }

  /// Receives more of a request; what it returns, where it does, ends the connection.
  private mutating func receive() async throws(TransportError) -> Incoming? {
    reader.buffer.compact(isIdle: wait.isIdle)
    let limits = context.limits
    let (deadline, phase) = patience()
    do throws(TransportError) {
      let received = try await connection.receive(into: &reader.buffer.bytes, until: deadline, endedBy: phase)
      if received == .drained, case .idle(let since) = wait {
        return phase > .running && context.end.retains(idleSince: since, limits) ? nil : .end
      }
      return received == .end || received == .drained ? .end : nil
    } catch {
      guard case .timedOut = error else { throw error }
      guard wait.isIdle else { return .failed(.tooSlow(wait.name)) }
      return phase > .draining ? nil : .end
    }
  }

  /// Returns the deadline and the phase that ends the wait. A connection that has been idle for too long, or whose place
  /// is wanted, gets one last read: a request may have come while it was others' turn.
  private func patience() -> (deadline: Instant, phase: LoopPhase) {
    let limits = context.limits
    let deadline = wait.deadline(limits, received: reader.bodyCount)
    guard case .idle(let since) = wait else { return (deadline, .aborting) }
    guard .now < since + limits.idle, !place.isWanted else { return (.now + limits.linger, .running) }
    return context.end.wait(idleSince: since, until: deadline, limits)
  }

  private func send(_ response: Response, to method: HTTPRequest.Method, closes: Bool) async throws(TransportError) {
    let bytes = HTTP1Writer.bytes(of: response, to: method, date: context.date.now, closes: closes)
    try await connection.send(bytes, until: .now + context.limits.write)
    context.metrics.count(connection.takeTraffic())
  }

  /// Ends our side and drops what still comes: closing with bytes unread would reset the connection, and the peer
  /// could lose the response (RFC 9112 section 9.6).
  private func linger() async throws(TransportError) {
    place.rests()
    let deadline = Instant.now + context.limits.linger
    try await connection.finishSending(until: deadline)
    var dropped: [UInt8] = []
    while try await connection.receive(into: &dropped, until: deadline) == .bytes {
      dropped.removeAll(keepingCapacity: true)
    }
  }
}
