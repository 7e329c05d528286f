internal import HTTPTypes
internal import Transport

/// HTTP/2 on one connection: many requests at once, each answered as soon as its answer is there.
struct HTTP2Server: WireProtocol {
  static let name = "h2"

  let responder: any Responder
  let limits: HTTPLimits
  let date: HTTPDate
  /// Whether connections should end after what is in flight.
  let isDraining: @Sendable () -> Bool

  func serve(_ connection: Connection) async throws(TransportError) {
    let outcome: Result<Void, TransportError> = await withDiscardingTaskGroup { group in
      // However it ends, nobody waits for the rest of the answers.
      defer { group.cancelAll() }
      do throws(TransportError) { return .success(try await serve(connection, &group)) } catch {
        return .failure(error)
      }
    }
    try outcome.get()
  }

  private func serve(_ connection: Connection, _ group: inout DiscardingTaskGroup) async throws(TransportError) {
    let session: HTTP2Session
    do throws(SystemError) { session = try HTTP2Session(limits: limits, at: .now) } catch { throw .system(error) }
    let answers = HTTP2Answers(call: connection.call)
    var peerHasEnded = false
    while true {
      let now = ContinuousClock.now
      for (stream, response) in answers.take() { session.respond(to: stream, with: response, date: date.now, at: now) }
      if isDraining() { session.goAway(at: now) }
      session.expire(at: now)
      begin(session, answers, &group)
      let output = session.takeOutput()
      if !output.isEmpty { try await connection.send(output, until: .now + limits.write) }
      if session.isOver || (peerHasEnded && session.isIdle) { return try await linger(connection) }
      if output.isEmpty { peerHasEnded = try await !receive(on: connection, session, peerHasEnded) || peerHasEnded }
    }
  }

  /// Hands out what has come whole.
  private func begin(_ session: HTTP2Session, _ answers: HTTP2Answers, _ group: inout DiscardingTaskGroup) {
    while let event = session.nextEvent() {
      switch event {
      case .request(let stream, let request):
        group.addTask { answers.add(await responder.respond(to: request), to: stream) }
      case .refused(let stream, let error):
        session.respond(to: stream, with: responder.respond(to: error), date: date.now, at: .now)
      }
    }
  }

  /// Waits for bytes, an answer or a deadline, whichever is first; false where the peer sends no more.
  private func receive(
    on connection: Connection, _ session: HTTP2Session, _ peerHasEnded: Bool
  ) async throws(TransportError) -> Bool {
    if peerHasEnded {
      try await connection.pause(until: session.deadline)
      return false
    }
    var bytes: [UInt8] = []
    do throws(TransportError) {
      switch try await connection.receive(into: &bytes, until: session.deadline, isIdle: session.isOpen) {
      case .bytes: session.receive(bytes, at: .now)
      case .end: return false
      case .drained: session.goAway(at: .now)
      case .called: break
      }
    } catch { guard case .timedOut = error else { throw error } }
    return true
  }

  /// Ends our side and drops what still comes: closing with bytes unread would reset the connection, and the peer
  /// could lose the GOAWAY (RFC 9113 section 6.8).
  private func linger(_ connection: Connection) async throws(TransportError) {
    let deadline = ContinuousClock.now + limits.linger
    try await connection.finishSending(until: deadline)
    var dropped: [UInt8] = []
    while case let received = try await connection.receive(into: &dropped, until: deadline),
      received == .bytes || received == .called
    {
      dropped.removeAll(keepingCapacity: true)
    }
  }
}
