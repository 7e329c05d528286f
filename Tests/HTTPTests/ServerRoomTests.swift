import HTTP
import TestSupport
import Testing
import Transport

/// How many connections a server has at once, and how old they get.
@Suite(.timeLimit(.minutes(3)))
struct ServerRoomTests {
  @Test(arguments: Wire.allCases)
  func `a newcomer waits while every connection has a request in progress`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.connections = 2 }) { visit in
      let clients = [try await visit.beginRequest(), try await visit.beginRequest()]
      // The kernel takes the connection, but nobody serves it.
      async let third = visit.answersOthers()
      for client in clients {
        try await client.send("lf")
        #expect(try await client.response().text == "half")
      }
      #expect(try await third)
    }
  }

  @Test(arguments: Wire.allCases)
  func `an idle connection makes room for a newcomer, and one with a request in progress does not`(
    wire: Wire
  ) async throws {
    try await wire.serve(limits: .patient { $0.connections = 2 }) { visit in
      let busy = try await visit.beginRequest()
      let idle = try await visit.connect()
      try await idle.send(echo("used"))
      #expect(try await idle.response().text == "used")
      #expect(try await visit.answersOthers())
      #expect(try await idle.rest() == [])
      try await busy.send("lf")
      #expect(try await busy.response().text == "half")
    }
  }

  @Test(arguments: Wire.allCases)
  func `of a hundred connections that carried no request, each makes room at once`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.connections = 10 }) { visit in
      let used = try await visit.connect()
      try await used.send(echo("used"))
      #expect(try await used.response().text == "used")
      var crowd: [WireClient] = []
      for _ in 0..<100 { crowd.append(try await visit.connect()) }
      #expect(try await visit.answersOthers())
      try await used.send(echo("still in"))
      #expect(try await used.response().text == "still in")
      withExtendedLifetime(crowd) {}
    }
  }

  @Test func `connections in a handshake that never goes on make room, and a half head does not keep its place`()
    async throws
  {
    try await Wire.tls.serve(limits: .patient { $0.connections = 4 }) { visit in
      var crowd: [WireClient] = []
      for hello in [[], [22, 3, 1, 2, 0, 1]] as [[UInt8]] {
        crowd.append(try await WireClient.connect(to: visit.server.endpoint))
        try await crowd.last?.send([hello])
      }
      for _ in 0..<2 {
        crowd.append(try await visit.connect())
        try await crowd.last?.send("POST /echo HTTP/1.1\r\nHost: ")
      }
      for _ in 0..<4 { #expect(try await visit.answersOthers()) }
      withExtendedLifetime(crowd) {}
    }
  }

  @Test func `an idle connection stays if nobody waits`() async throws {
    try await Wire.plain.serve(limits: .patient { ($0.connections, $0.idle) = (100, .patience) }) { visit in
      let idle = try await visit.connect()
      for _ in 0..<30 { #expect(try await visit.answersOthers()) }
      try await idle.send(echo("here"))
      #expect(try await idle.response().text == "here")
    }
  }

  @Test func `an address whose connections are all busy gets no new one, and other addresses do`() async throws {
    try await Wire.plain.serve(limits: .patient { $0.connectionsPerAddress = 1 }) { visit in
      let first = try await visit.beginRequest()
      let second = try await visit.connect()
      #expect((try? await second.rest()) ?? [] == [])
      try await first.send("lf")
      #expect(try await first.response().text == "half")
      // Now it is idle, and makes room for the next of its address.
      #expect(try await visit.answersOthers())
      #expect(try await first.rest() == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `a connection that is old enough ends with its next response`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.age = .zero }) { visit in
      let client = try await visit.connect()
      try await client.send(echo("one"))
      let response = try await client.response()
      #expect(response.text == "one")
      #expect(response.fields["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test func `a body that trickles is answered with 408 long before its time is over`() async throws {
    try await Wire.plain.serve(limits: .patient { ($0.bodyTime, $0.bodyRate) = (.patience, 1_000_000) }) { visit in
      let client = try await visit.connect()
      try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n1")
      #expect(try await client.response().status == 408)
    }
  }

  @Test func `a late request is told to go elsewhere, one that had begun is answered`() async throws {
    try await Wire.plain.serve(limits: .patient { $0.idleWhenLeaving = .patience }) { visit in
      let (begun, late) = (try await visit.connect(), try await visit.connect())
      for client in [begun, late] {
        try await client.send(echo("one"))
        #expect(try await client.response().text == "one")
      }
      try await begun.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
      // Asked for the body, it has begun.
      #expect(try await begun.response(hasBody: false).status == 100)
      visit.server.server.drain()
      try await eventually("that nothing listens") { (try? await visit.connect()) == nil }
      try await late.send(echo("two"))
      let refusal = try await late.response()
      #expect(refusal.status == 503)
      #expect(refusal.fields["retry-after"] == "0")
      #expect(refusal.fields["connection"] == "close")
      try await begun.send("two")
      #expect(try await begun.response().text == "two")
      for client in [begun, late] { try await client.finishSending() }
      try await visit.server.end()
    }
  }
}

extension Visit {
  /// A client half of whose request the server has begun to read.
  fileprivate func beginRequest() async throws -> WireClient {
    let client = try await connect()
    try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
    // Asked for the body, it has begun.
    #expect(try await client.response(hasBody: false).status == 100)
    try await client.send("ha")
    return client
  }
}
