import HTTP
import TestSupport
import Transport

/// A server of HTTP/2 and 1.1 over TLS that runs, and how clients reach it.
struct HTTP2Visit: Sendable {
  let server: LoopbackServer
  let pair: TLSPair

  /// Runs a server as long as `body`.
  static func with<Value>(
    _ responder: EchoResponder = EchoResponder(), limits: HTTPLimits = .patient,
    _ body: (HTTP2Visit) async throws -> Value
  ) async throws -> Value {
    let pair = try TLSPair(serverProtocols: HTTPServer.protocols(http2: true), clientProtocols: ["h2"])
    return try await LoopbackServer.with(responder, tls: pair.server, limits: limits) { server in
      try await body(HTTP2Visit(server: server, pair: pair))
    }
  }

  func connect(hello: [UInt8] = HTTP2Client.wideHello) async throws -> HTTP2Client {
    try await HTTP2Client.connect(to: server.endpoint, tls: pair.client, hello: hello)
  }

  /// Whether it still answers somebody else.
  func answersOthers() async throws -> Bool {
    let client = try await connect()
    try await client.request("GET", "/hello", on: 1)
    return try await client.response(on: 1).text == "hello\n"
  }
}
