import HTTP
import TestSupport
import Testing
import Transport

/// How a server comes to its end.
@Suite(.timeLimit(.minutes(3)))
struct ServerDrainTests {
  private static let wait = "GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test(arguments: Wire.allCases)
  func `idle connections close, used ones and fresh ones`(wire: Wire) async throws {
    try await wire.serve { visit in
      let (used, fresh) = try await (visit.connect(), visit.connect())
      try await used.send(echo("used"))
      #expect(try await used.response().text == "used")
      visit.server.server.drain()
      #expect(try await used.rest() == [])
      #expect(try await fresh.rest() == [])
      try await visit.server.end()
    }
  }

  @Test(arguments: Wire.allCases)
  func `connections that stay idle for a while once the end is announced close`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.idleWhenLeaving = .milliseconds(50) }) { visit in
      let (used, fresh) = try await (visit.connect(), visit.connect())
      try await used.send(echo("used"))
      #expect(try await used.response().text == "used")
      #expect(try await visit.answersOthers())
      visit.server.server.drain()
      #expect(try await used.rest() == [])
      #expect(try await fresh.rest() == [])
      try await visit.server.end()
    }
  }

  @Test(arguments: Wire.allCases)
  func `a request in flight is answered, and the client told that it was the last`(wire: Wire) async throws {
    let responder = EchoResponder()
    try await wire.serve(responder) { visit in
      let client = try await visit.connect()
      try await client.send(Self.wait)
      try await eventually("the request") { responder.gate.visitors == 1 }
      visit.server.server.drain()
      responder.gate.open()
      let response = try await client.response()
      #expect(response.text == "waited\n")
      #expect(response.fields["connection"] == "close")
      #expect(try await client.rest() == [])
      try await client.finishSending()
      try await visit.server.end()
    }
  }

  @Test(arguments: Wire.allCases)
  func `a request of which a part has come is waited for`(wire: Wire) async throws {
    let responder = EchoResponder()
    try await wire.serve(responder) { visit in
      let client = try await visit.connect()
      // One request is answered late, so the server has the other's beginning when it drains.
      try await client.send([Array((Self.wait + "POST /echo HTTP/1.1\r\nHost: h\r\nCont").utf8)])
      try await eventually("the request") { responder.gate.visitors == 1 }
      responder.gate.open()
      #expect(try await client.response().text == "waited\n")
      visit.server.server.drain()
      try await client.send("ent-Length: 4\r\n\r\nlate")
      let response = try await client.response()
      #expect(response.text == "late")
      #expect(response.fields["connection"] == "close")
      try await client.finishSending()
      try await visit.server.end()
    }
  }

  @Test(arguments: Wire.allCases)
  func `new connections are refused, while old ones end`(wire: Wire) async throws {
    let responder = EchoResponder()
    try await wire.serve(responder) { visit in
      let client = try await visit.connect()
      try await client.send(Self.wait)
      try await eventually("the request") { responder.gate.visitors == 1 }
      visit.server.server.drain()
      try await eventually("that nothing listens") {
        do {
          _ = try await visit.connect()
          return false
        } catch is TransportError { return true }
      }
      responder.gate.open()
      #expect(try await client.response().text == "waited\n")
    }
  }

  @Test func `a TLS client that has said nothing does not hold up the end`() async throws {
    try await Wire.tls.serve { visit in
      let silent = try await WireClient.connect(to: visit.server.endpoint)
      #expect(try await visit.answersOthers())
      visit.server.server.drain()
      try await visit.server.end()
      #expect(try await silent.rest() == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `cancellation cuts off everything in progress`(wire: Wire) async throws {
    try await wire.serve { visit in
      let (idle, half) = try await (visit.connect(), visit.connect())
      try await half.send("GET /hel")
      #expect(try await visit.answersOthers())
      visit.server.cancel()
      try await visit.server.end()
      for client in [idle, half] {
        // Plain connections just end; to TLS that is an error.
        let rest = try? await client.rest()
        #expect(rest == nil || rest == [])
      }
    }
  }

  @Test func `a server that drains before it runs comes to its end at once`() async throws {
    let loops = try EventLoopGroup(count: 1)
    let endpoint = Endpoint(host: "127.0.0.1", port: 0)
    let server = try HTTPServer("test", at: endpoint, tls: nil, on: loops, responder: EchoResponder(), log: .silent)
    server.drain()
    try await within("the end") { await server.run() }
    await #expect(throws: TransportError.self) { try await WireClient.connect(to: server.endpoint) }
  }
}
