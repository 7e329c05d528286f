public import HTTP
internal import Logging
public import TLS
public import Transport

/// A server under test on a port of the kernel's choice.
public struct LoopbackServer: Sendable {
  /// The server itself.
  public let server: HTTPServer
  private let run: Task<Void, Never>

  /// Where it listens.
  public var endpoint: Endpoint { server.endpoint }

  /// Runs a server as long as `body`, then drains it, and throws if it does not come to its end.
  public static func with<Value>(
    _ responder: any Responder, tls: TLSContext? = nil, loops: Int = 2, limits: HTTPLimits = .patient,
    host: String = "127.0.0.1", _ body: (LoopbackServer) async throws -> Value
  ) async throws -> Value {
    var source: (@Sendable () -> TLSContext)?
    if let tls { source = { tls } }
    let server = try HTTPServer(
      "test", at: Endpoint(host: host, port: 0), tls: source, on: EventLoopGroup(count: loops), responder: responder,
      limits: limits, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let loopback = LoopbackServer(server: server, run: Task { await server.run() })
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(loopback)) } catch { outcome = .failure(error) }
    server.drain()
    try await loopback.end()
    return try outcome.get()
  }

  /// Waits until `run()` has returned.
  public func end() async throws {
    let run = run
    try await within("the end of the server") { await run.value }
  }

  /// Cancels the server's task, as its owner would.
  public func cancel() { run.cancel() }
}

extension HTTPLimits {
  /// Limits for many clients on a busy machine, where each waits for its turn.
  public static let patient: HTTPLimits = {
    var limits = HTTPLimits()
    limits.handshake = .patience
    limits.headTime = .patience
    limits.bodyTime = .patience
    limits.bodyRate = 0
    limits.write = .patience
    limits.linger = .patience
    limits.memoryGrace = .patience
    return limits
  }()

  /// The patient limits, with some changed.
  public static func patient(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = patient
    change(&limits)
    return limits
  }
}
