internal import HTTPTypes
internal import Transport

/// HTTP/1.1 on one connection: one request after the other, pipelined or not, answered in order.
struct HTTP1Server: WireProtocol {
  static let name = "http/1.1"

  let responder: any Responder
  let limits: HTTPLimits
  let date: HTTPDate
  /// Whether connections should end after what is in flight.
  let isDraining: @Sendable () -> Bool

  private enum Incoming {
    case request(HTTP1RequestHead, body: [UInt8])
    case failed(WireError)
    case end
  }

  func serve(_ connection: Connection) async throws(TransportError) {
    var reader = HTTP1RequestReader(limits: limits)
    while true {
      switch try await next(on: connection, &reader) {
      case .end: return try await connection.finishSending(until: .now + limits.linger)
      case .failed(let error):
        try await send(responder.respond(to: error), to: .get, on: connection, closes: true)
        return try await linger(connection)
      case .request(let head, let body):
        let response = await responder.respond(to: Request(head: head.request, body: body))
        let closes = !head.keepsAlive || isDraining()
        try await send(response, to: head.request.method, on: connection, closes: closes)
        if closes { return try await linger(connection) }
      }
    }
  }

  private func next(
    on connection: Connection, _ reader: inout HTTP1RequestReader
  ) async throws(TransportError) -> Incoming {
    var wait = Wait.idle(until: .now + limits.idle)
    while true {
      let progress: HTTP1RequestReader.Progress
      do throws(WireError) { progress = try reader.next() } catch { return .failed(error) }
      switch progress {
      case .request(let head, let body): return .request(head, body: body)
      case .head(let head):
        wait = .body(until: .now + limits.bodyTime)
        if head.expectsContinue { try await connection.send(HTTP1Writer.askForBody, until: .now + limits.write) }
      case .incomplete:
        if case .idle = wait, reader.hasBegun { wait = .head(until: .now + limits.headTime) }
        if let end = try await receive(on: connection, &reader, wait) { return end }
      }
    }
  }

  /// Receives more of a request; what it returns, where it does, ends the connection.
  private func receive(
    on connection: Connection, _ reader: inout HTTP1RequestReader, _ wait: Wait
  ) async throws(TransportError) -> Incoming? {
    reader.buffer.compact()
    do throws(TransportError) {
      let received = try await connection.receive(into: &reader.buffer.bytes, until: wait.deadline, isIdle: wait.isIdle)
      return received == .bytes ? nil : .end
    } catch {
      guard case .timedOut = error else { throw error }
      return wait.isIdle ? .end : .failed(.tooSlow(wait.name))
    }
  }

  private func send(
    _ response: Response, to method: HTTPRequest.Method, on connection: Connection, closes: Bool
  ) async throws(TransportError) {
    let bytes = HTTP1Writer.bytes(of: response, to: method, date: date.now, closes: closes)
    try await connection.send(bytes, until: .now + limits.write)
  }

  /// Ends our side and drops what still comes: closing with bytes unread would reset the connection, and the peer
  /// could lose the response (RFC 9112 section 9.6).
  private func linger(_ connection: Connection) async throws(TransportError) {
    let deadline = ContinuousClock.now + limits.linger
    try await connection.finishSending(until: deadline)
    var dropped: [UInt8] = []
    while try await connection.receive(into: &dropped, until: deadline) == .bytes {
      dropped.removeAll(keepingCapacity: true)
    }
  }

  /// What of a request is waited for.
  private enum Wait {
    case idle(until: ContinuousClock.Instant)
    case head(until: ContinuousClock.Instant)
    case body(until: ContinuousClock.Instant)

    var deadline: ContinuousClock.Instant {
      switch self {
      case .idle(let deadline), .head(let deadline), .body(let deadline): deadline
      }
    }

    var isIdle: Bool { if case .idle = self { true } else { false } }
    var name: String { if case .body = self { "its body" } else { "its head" } }
  }
}
