import HTTP
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Transport

/// Tests of a connection with many requests at once, and of the connections beside it.
@Suite(.timeLimit(.minutes(3)))
struct HTTP2TurnsTests {
  @Test func `a hundred requests at once do not hold up another connection`() async throws {
    let responder = QueueResponder()
    let pair = try TLSPair(serverProtocols: HTTPServer.protocols(http2: true), clientProtocols: ["h2"])
    try await LoopbackServer.with(responder, tls: pair.server, loops: 1) { server in
      let crowd = try await HTTP2Client.connect(to: server.endpoint, tls: pair.client)
      let other = try await HTTP2Client.connect(to: server.endpoint, tls: pair.client)
      for client in [crowd, other] { try await client.wait("settings") { !$0.settings.isEmpty } }
      try await crowd.send((0..<100).flatMap { HTTP2Bytes.get("/crowd", on: 2 * $0 + 1) })
      try await eventually("the first request") { responder.paths == ["/crowd"] }
      try await other.request("GET", "/other", on: 1)
      responder.goOn()
      #expect(try await other.response(on: 1).status == 200)
      #expect(try await crowd.response(on: 199).status == 200)
    }
    let place = try #require(responder.paths.firstIndex(of: "/other"))
    #expect(place < 50, "before most of the others")
  }
}

/// Answers one request after the other, and holds up the loop at the first until it may go on.
private final class QueueResponder: Responder {
  private let asked = Mutex<[String]>([])
  private let mayGoOn = Atomic(false)

  /// Whose turn it was, in order.
  var paths: [String] { asked.withLock { $0 } }

  func goOn() { mayGoOn.store(true, ordering: .releasing) }

  func respond(to request: Request) async -> Response {
    asked.withLock { $0.append(String(request.path)) }
    while !mayGoOn.load(ordering: .acquiring) {}
    return .text(.ok, "done")
  }
}
