internal import HTTPTypes
internal import Synchronization
public import Logging
public import Transport

/// Accepts connections and serves HTTP on them, over TLS or plain.
public final class HTTPServer: Sendable {
  private let listener: Listener
  private let loops: EventLoopGroup
  private let tls: TLSContext?
  private let log: Logger
  private let limits: HTTPLimits
  private let protocols: [any WireProtocol]
  private let draining: Draining

  /// The protocols that a server's TLS context should choose from by ALPN, the most wanted first. What a connection
  /// speaks is what was chosen, and HTTP/1.1 where nothing was.
  public static func protocols(http2: Bool) -> [String] {
    http2 ? [HTTP2Server.name, HTTP1Server.name] : [HTTP1Server.name]
  }

  /// A server that listens from now on, and answers once it runs.
  ///
  /// - Parameters:
  ///   - tls: the server's side of TLS, or `nil` for plain HTTP.
  ///   - loops: what its connections run on. Draining the server drains them, so no other server should use them.
  /// - Throws: `SystemError` where the endpoint cannot be had.
  public init(
    at endpoint: Endpoint, tls: TLSContext?, on loops: EventLoopGroup, responder: any Responder,
    limits: HTTPLimits = HTTPLimits(), log: Logger
  ) throws(SystemError) {
    let draining = Draining()
    listener = try Listener(at: endpoint, on: loops.first)
    protocols = [
      HTTP2Server(responder: responder, limits: limits, date: HTTPDate()) { draining.hasBegun },
      HTTP1Server(responder: responder, limits: limits, date: HTTPDate()) { draining.hasBegun },
    ]
    self.draining = draining
    self.loops = loops
    self.tls = tls
    self.limits = limits
    self.log = log
  }

  /// Where it listens, with the port that the kernel chose where 0 was asked for.
  public var endpoint: Endpoint { listener.endpoint }

  /// Serves until `drain()` has been called and the last connection has ended. Cancelling the task breaks them off.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskExecutorPreference(loops.first) { await accept() }
    } onCancel: {
      loops.abort()
    }
  }

  /// Lets in who has come already and nobody else, closes what is idle, and lets the rest finish the request that it is
  /// at.
  public func drain() {
    draining.begin()
    loops.drain()
  }

  private func accept() async {
    await withDiscardingTaskGroup { group in
      while let accepted = await next() {
        let loop = loops.reserve()
        group.addTask(executorPreference: loop) {
          await self.serve(accepted, on: loop)
          self.loops.release(loop)
        }
      }
      listener.stop()
    }
  }

  private func next() async -> Accepted? {
    while true {
      do throws(SystemError) { return try await listener.accept() } catch {
        log.warning("accepting connections pauses", metadata: ["error": "\(error)"])
        guard await listener.pause(until: .now + .milliseconds(100)) else { return nil }
      }
    }
  }

  private func serve(_ accepted: Accepted, on loop: EventLoop) async {
    do throws(SystemError) {
      let socket = try accepted.socket(on: loop)
      do throws(TransportError) { try await serve(socket) } catch {
        log.debug("connection ended", metadata: ["peer": "\(socket.peer)", "error": "\(error)"])
      }
    } catch {
      log.warning("connection lost", metadata: ["error": "\(error)"])
    }
  }

  private func serve(_ socket: Socket) async throws(TransportError) {
    let connection = Connection(socket, tls: try session())
    try await connection.handshake(until: .now + limits.handshake)
    let agreed = connection.negotiatedProtocol
    let spoken = protocols.first { type(of: $0).name == agreed } ?? protocols.last
    try await spoken?.serve(connection)
  }

  private func session() throws(TransportError) -> TLSSession? {
    guard let tls else { return nil }
    do throws(TLSError) { return try TLSSession(tls, as: .server) } catch { throw .tls(error) }
  }
}

/// Whether a server drains: set once, asked by every connection.
private final class Draining: Sendable {
  private let flag = Atomic(false)

  var hasBegun: Bool { flag.load(ordering: .relaxed) }

  func begin() { flag.store(true, ordering: .relaxed) }
}
