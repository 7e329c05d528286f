internal import HTTPTypes
public import Logging
public import TLS
public import Transport

/// Accepts connections and serves HTTP on them, over TLS or plain.
public final class HTTPServer: Sendable {
  private let listener: Listener
  private let loops: EventLoopGroup
  private let tls: (@Sendable () throws(TLSError) -> TLSContext)?
  private let log: Logger
  private let protocols: [any WireProtocol]
  private let http1: HTTP1Server
  private let context: ServerContext

  /// The protocols that a server's TLS context should choose from by ALPN, the most wanted first. What a connection
  /// speaks is what was chosen, and HTTP/1.1 if nothing was.
  public static func protocols(http2: Bool) -> [String] { (http2 ? [HTTP2Server.name] : []) + [HTTP1Server.name] }

  /// A server that listens from now on, and answers once it runs.
  ///
  /// - Parameters:
  ///   - name: what its metrics are told apart by, such as `webhook`.
  ///   - tls: the server's side of TLS, asked for each connection; `nil` for plain HTTP. Where it throws, the connection ends.
  ///   - loops: what its connections run on. Draining the server drains them, so no other server should use them.
  /// - Throws: `SystemError` if the endpoint cannot be had.
  public init(
    _ name: String, at endpoint: Endpoint, tls: (@Sendable () throws(TLSError) -> TLSContext)?,
    on loops: EventLoopGroup,
    responder: any Responder, limits: HTTPLimits = HTTPLimits(), log: Logger
  ) throws(SystemError) {
    listener = try Listener(at: endpoint, on: loops.first)
    context = ServerContext(
      responder: responder, limits: limits, metrics: HTTPMetrics(of: name), memory: MemoryMetrics(of: name))
    http1 = HTTP1Server(context: context)
    protocols = [HTTP2Server(context: context), http1]
    self.loops = loops
    self.tls = tls
    self.log = log
  }

  /// Where it listens, with the port that the kernel chose if 0 was asked for.
  public var endpoint: Endpoint { listener.endpoint }

  /// Whether its end has been announced.
  public var isLeaving: Bool { context.end.phase > .serving }

  /// Serves until `drain(for:)` has been called and the last connection has ended. Cancellation aborts all connections.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskExecutorPreference(loops.first) { await accept() }
    } onCancel: {
      loops.enter(.aborting)
    }
  }

  /// Shuts the server down gracefully. For a while each response is the last on its connection. Then no new connection
  /// is accepted, and the others finish their requests.
  ///
  /// - Parameter delay: as long as clients may not have heard yet that they should go elsewhere.
  public func drain(for delay: Duration = .zero) {
    context.end.leave(closingAt: .now + delay)
    loops.enter(.draining)
  }

  private func accept() async {
    await withDiscardingTaskGroup { group in
      var door = AcceptPause(metrics: context.metrics)
      while !isLeaving, let accepted = await next(endedBy: .draining) { await admit(accepted, to: &group, &door) }
      // The loop's end is no reason to stop yet, but the clock is: who had come by then is let in, and no crowd after
      // it.
      var late = 0
      while late < Listener.backlog, let accepted = await next(endedBy: .aborting) {
        await admit(accepted, to: &group, &door)
        if context.end.closing ?? .now <= .now { late += 1 }
      }
      context.end.close()
      listener.stop()
      loops.enter(.closing)
    }
  }

  /// The next connection; `nil` in a phase of the loop, or when the server closes.
  private func next(endedBy phase: LoopPhase) async -> Accepted? {
    repeat {
      if Task.isCancelled { return nil }
      let closing = phase == .draining ? nil : context.end.closing ?? .now
      do throws(SystemError) { return try await listener.accept(until: closing, endedBy: phase) } catch {
        log.warning("accepting connections pauses", metadata: ["error": "\(error)"])
      }
      if let closing, closing <= .now { return nil }
    } while await loops.first.sleep(until: .now + .milliseconds(100), endedBy: phase)
    return nil
  }

  /// Serves a newcomer once there is room for it, unless its address has too many connections or the server closes.
  private func admit(_ accepted: Accepted, to group: inout DiscardingTaskGroup, _ door: inout AcceptPause) async {
    let address = accepted.peer.host
    var mayWait = true
    while mayWait {
      let admission = context.room.admit(from: address)
      if case .full = admission { door.note(isFull: true) } else { door.note(isFull: false) }
      switch admission {
      case .admitted(let place): return serve(accepted, at: place, in: &group)
      case .refused: return context.metrics.refusedConnection()
      case .full:
        let isOver = Task.isCancelled || context.end.closing.map { $0 <= .now } ?? false
        mayWait = if isOver { false } else { await loops.first.sleep(until: .now + .milliseconds(20)) }
      }
    }
  }

  private func serve(_ accepted: Accepted, at place: Place, in group: inout DiscardingTaskGroup) {
    let loop = loops.reserve()
    group.addTask(executorPreference: loop) { [self] in
      await serve(accepted, at: place, on: loop)
      loops.release(loop)
      place.leave()
    }
  }

  private func serve(_ accepted: Accepted, at place: Place, on loop: EventLoop) async {
    do throws(SystemError) {
      let socket = try accepted.socket(on: loop)
      do throws(TransportError) { try await serve(socket, at: place) } catch {
        log.debug("connection ended", metadata: ["peer": "\(socket.peer)", "error": "\(error)"])
      }
    } catch {
      log.warning("connection lost", metadata: ["error": "\(error)"])
    }
  }

  private func serve(_ socket: Socket, at place: Place) async throws(TransportError) {
    context.metrics.opened()
    let connection = Connection(socket, tls: try session())
    place.reach(by: connection.call)
    defer { context.metrics.count(connection.takeTraffic()) }
    do throws(TransportError) {
      try await shakeHands(on: connection, at: place)
      try await speak(on: connection, at: place)
    } catch {
      // The peer should hear the alert, which says why.
      if case .tls = error { await connection.dropRest(until: .now + context.limits.linger) }
      throw error
    }
  }

  private func speak(on connection: Connection, at place: Place) async throws(TransportError) {
    let agreed = connection.negotiatedProtocol
    let spoken = protocols.first { type(of: $0).name == agreed } ?? http1
    context.metrics.established(type(of: spoken).name)
    defer { context.metrics.closed() }
    try await spoken.serve(connection, at: place)
  }

  private func shakeHands(on connection: Connection, at place: Place) async throws(TransportError) {
    do throws(TransportError) {
      let begin = Instant.now
      let deadline = begin + context.limits.handshake
      try await awaitHello(on: connection, since: begin, until: deadline)
      try await connection.handshake(until: deadline)
    } catch let cause {
      let error = place.isWanted ? .evicted : cause
      context.metrics.failedHandshake(error)
      tell(of: error.tlsFailure, error, connection)
      throw error
    }
  }

  /// Waits for the first byte. A client that says nothing counts as idle, during shutdown too.
  private func awaitHello(
    on connection: Connection, since begin: Instant, until deadline: Instant
  ) async throws(TransportError) {
    while true {
      let (until, phase) = context.end.wait(idleSince: begin, until: deadline, context.limits)
      do throws(TransportError) {
        let received = try await connection.awaitHello(until: until, endedBy: phase)
        if received == .bytes { return }
        guard received == .called || context.end.retains(idleSince: begin, context.limits) else { throw .stopped }
      } catch { guard case .timedOut = error, .now < deadline else { throw error } }
    }
  }

  /// A port scan is no news, but a client that does not trust us is: every write of its fails.
  private func tell(of failure: TLSFailure, _ error: TransportError, _ connection: Connection) {
    let level: Logger.Level =
      switch failure {
      case .silent, .evicted: .debug
      case .unknownAuthority, .expiredCertificate, .badCertificate, .untrustedClient, .noClientCertificate: .warning
      default: .info
      }
    log.log(
      level: level, "TLS handshake failed",
      metadata: ["peer": "\(connection.peer)", "kind": "\(failure.rawValue)", "error": "\(error)"])
  }

  private func session() throws(TransportError) -> TLSSession? {
    guard let tls else { return nil }
    do throws(TLSError) { return try TLSSession(tls(), as: .server) } catch {
      context.metrics.failedHandshake(.tls(error))
      throw .tls(error)
    }
  }
}

extension TransportError {
  /// The connection had to make room for another before it had carried a request.
  fileprivate static var evicted: TransportError {
    .tls(TLSError("TLS handshake", reasons: ["it made room for another connection"], .evicted))
  }
}
