import HTTP
import HTTPTypes
import Logging
import TestSupport
import Transport

/// What the servers of these tests answer.
struct EchoResponder: Responder {
  /// `GET /wait` is answered when this opens.
  let gate = Gate()

  func respond(to request: Request) async -> Response {
    var router = Router()
    router.add(.get, "/hello") { _ in .text(.ok, "hello") }
    router.add(.post, "/echo") { Response(.ok, contentType: "text/plain", body: $0.body) }
    router.add(.get, "/large") { Response(.ok, body: [UInt8](repeating: 7, count: Int($0.query ?? "") ?? 0)) }
    router.add(.get, "/wait") { _ in
      await gate.passed()
      return .text(.ok, "waited")
    }
    return await router.respond(to: request)
  }
}

/// With TLS or without.
enum Wire: CaseIterable, Sendable {
  case plain
  case tls

  /// Runs a server as long as `body`, which gets the means to connect to it.
  func serve<Value>(
    _ responder: EchoResponder = EchoResponder(), limits: HTTPLimits = .patient,
    _ body: (Visit) async throws -> Value
  ) async throws -> Value {
    let pair = try self == .tls ? TLSPair() : nil
    return try await LoopbackServer.with(responder, tls: pair?.server, limits: limits) { server in
      try await body(Visit(server: server, pair: pair))
    }
  }
}

/// A server that runs, and how clients reach it.
struct Visit: Sendable {
  let server: LoopbackServer
  let pair: TLSPair?

  func connect() async throws -> WireClient { try await WireClient.connect(to: server.endpoint, tls: pair?.client) }

  /// Whether it still answers somebody else.
  func answersOthers() async throws -> Bool {
    let client = try await connect()
    try await client.send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    return try await client.response().text == "hello\n"
  }
}

/// A POST of a body to `/echo`.
func echo(_ body: String, fields: String = "") -> String {
  "POST /echo HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

extension Logger {
  /// One whose lines nobody reads.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
