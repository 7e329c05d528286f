import HTTP
import HTTPTypes
import Logging
import Synchronization
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

/// Closed until somebody opens it; knows how many have come to it.
final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var visitors = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// How many have come, let through or not.
  var visitors: Int { state.withLock { $0.visitors } }

  func passed() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.visitors += 1
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
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
