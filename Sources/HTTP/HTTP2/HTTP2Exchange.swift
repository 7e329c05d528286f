internal import Synchronization
internal import Transport

/// The requests and responses of one HTTP/2 connection, from its first byte to its last.
struct HTTP2Exchange {
  private let connection: Connection
  private let place: Place
  private let context: ServerContext
  private let ageLimit: Instant
  private let session: HTTP2Session
  private let answers: HTTP2Answers
  private var peerHasEnded = false
  /// As the metrics have it.
  private var isIdle = false

  init(on connection: Connection, at place: Place, in context: ServerContext) throws(TransportError) {
    self.connection = connection
    self.place = place
    self.context = context
    ageLimit = context.ageLimit()
    answers = HTTP2Answers(call: connection.call)
    let memory = MemoryAccount(budget: context.memory, peer: connection.peer.host, call: connection.call)
    do throws(SystemError) { session = try HTTP2Session(limits: context.limits, memory: memory, at: .now) } catch {
      throw .system(error)
    }
  }

  /// Gives the memory back once no task works on a request.
  func releaseMemory() { session.releaseMemory() }

  /// Serves until either side ends the connection.
  ///
  /// - Parameter group: what requests are answered in.
  mutating func serve(_ group: inout DiscardingTaskGroup) async throws(TransportError) {
    defer {
      note(isIdle: false)
      if session.verdict == .enhanceYourCalm { context.metrics.endedFlood() }
    }
    while true {
      let hasBegun = takeTurn(at: .now, &group)
      let output = session.takeOutput()
      if !output.isEmpty {
        try await connection.send(output, until: .now + context.limits.write)
        context.metrics.count(connection.takeTraffic())
      }
      if session.isOver || (peerHasEnded && session.owesNothing) { return try await linger() }
      if hasBegun {
        await Task.yield()
      } else if output.isEmpty, answers.areAwaited() {
        try await receive()
      }
    }
  }

  /// How many requests are begun before their answers go out and the loop's other connections have their turn.
  private static let turn = 8

  /// Does what can be done without waiting; true if requests have begun.
  private func takeTurn(at now: Instant, _ group: inout DiscardingTaskGroup) -> Bool {
    for (stream, response) in answers.take() {
      respond(to: stream, with: response, at: now)
    }
    session.lookAtMemory(at: now)
    // Unlike in HTTP/1.1, this loses no request: a client is told which were not looked at.
    if context.end.phase > .serving || ageLimit <= now { session.goAway(at: now) }
    session.idleTime = place.isWanted ? .zero : context.limits.idle
    session.expire(at: now)
    var begun = 0
    while begun < HTTP2Exchange.turn, let event = session.nextEvent() {
      begin(event, at: now, &group)
      begun += 1
    }
    return begun > 0
  }

  private func begin(
    _ event: HTTP2Session.Event, at now: Instant, _ group: inout DiscardingTaskGroup
  ) {
    switch event {
    case .request(let stream, let request):
      group.addTask { [answers, responder = context.responder] in
        answers.add(await responder.respond(to: request), to: stream)
      }
    case .refused(let stream, let error):
      context.metrics.count(error)
      respond(to: stream, with: context.responder.respond(to: error), at: now)
    case .turnedAway(let stream, let reason):
      respond(to: stream, with: context.responder.respond(to: reason), at: now)
    case .reset(let error): context.metrics.count(error)
    }
  }

  private func respond(to stream: Int32, with response: Response, at now: Instant) {
    session.respond(to: stream, with: response, date: context.date.now, at: now) {
      context.responder.respond(to: .full)
    }
  }

  /// Waits for bytes, an answer, a deadline or the server's end, whichever is first.
  private mutating func receive() async throws(TransportError) {
    note(isIdle: session.isIdle)
    let deadline = nextDeadline()
    if peerHasEnded { return try await connection.pause(until: deadline) }
    let phase: LoopPhase = session.isOpen ? .draining : .aborting
    var bytes: [UInt8] = []
    do throws(TransportError) {
      switch try await connection.receive(into: &bytes, until: deadline, endedBy: phase) {
      case .bytes: session.receive(bytes, at: .now, since: connection.lastArrival)
      case .end: peerHasEnded = true
      case .drained: session.goAway(at: .now)
      case .called: break
      }
    } catch { guard case .timedOut = error else { throw error } }
    note(isIdle: session.isIdle)
  }

  private func nextDeadline() -> Instant {
    session.isOpen ? min(session.deadline, ageLimit) : session.deadline
  }

  private mutating func note(isIdle: Bool) {
    if isIdle { place.rests() } else if session.hasCarried { place.carries() }
    guard isIdle != self.isIdle else { return }
    self.isIdle = isIdle
    if isIdle { context.metrics.becameIdle() } else { context.metrics.becameActive() }
  }

  /// Ends our side and drops what still comes: closing with bytes unread would reset the connection, and the peer
  /// could lose the GOAWAY (RFC 9113 section 6.8).
  private func linger() async throws(TransportError) {
    place.rests()
    let deadline = Instant.now + context.limits.linger
    try await connection.finishSending(until: deadline)
    // A client whose place is wanted was idle: nothing is lost if it has not read the GOAWAY.
    if place.isWanted { return }
    var dropped: [UInt8] = []
    while case let received = try await connection.receive(into: &dropped, until: deadline),
      received == .bytes || received == .called
    {
      dropped.removeAll(keepingCapacity: true)
    }
  }
}

/// Passes answers from the tasks that compute them to the task that serves the connection.
final class HTTP2Answers: Sendable {
  private struct State {
    var answers: [(stream: Int32, response: Response)] = []
    /// Whether the next answer must wake the task that serves the connection.
    var isAwaited = false
  }

  private let call: Call
  private let state = Mutex(State())

  /// - Parameter call: wakes the task that serves the connection.
  init(call: Call) { self.call = call }

  /// Hands an answer over.
  func add(_ response: Response, to stream: Int32) {
    let isAwaited = state.withLock { state in
      defer { state.isAwaited = false }
      state.answers.append((stream, response))
      return state.isAwaited
    }
    if isAwaited { call() }
  }

  /// Takes the answers so far.
  func take() -> [(stream: Int32, response: Response)] {
    state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  /// Returns whether there are none; the next one then calls.
  func areAwaited() -> Bool {
    state.withLock { state in
      state.isAwaited = state.answers.isEmpty
      return state.isAwaited
    }
  }
}
