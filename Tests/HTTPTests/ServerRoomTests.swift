import HTTP
import TestSupport
import Testing
import Transport

/// How many connections a server has at once, and how old they get.
@Suite(.timeLimit(.minutes(3)))
struct ServerRoomTests {
  @Test(arguments: Wire.allCases)
  func `where there is no room accepting pauses, and goes on when one leaves`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.connections = 2 }) { visit in
      let first = try await visit.connect()
      let second = try await visit.connect()
      for client in [first, second] {
        try await client.send(echo("in"))
        #expect(try await client.response().text == "in")
      }
      // The kernel takes the connection, but nobody serves it.
      let third = try await WireClient.connect(to: visit.server.endpoint)
      async let answered = visit.answersOthers()
      try await first.finishSending()
      #expect(try await first.rest() == [])
      try await third.finishSending()
      #expect(try await answered)
      try await second.send(echo("still in"))
      #expect(try await second.response().text == "still in")
    }
  }

  @Test func `idle connections make room when others wait, and no others`() async throws {
    let limits = HTTPLimits.patient { ($0.connections, $0.idleWhenFull, $0.idle) = (2, .seconds(5), .patience) }
    try await Wire.plain.serve(limits: limits) { visit in
      try await onOwnThread {
        let busy = try await visit.connect()
        try await busy.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nha")
        let idle = try await visit.connect()
        try await idle.send(echo("used"))
        #expect(try await idle.response().text == "used")
        #expect(try await visit.answersOthers())
        #expect(try await idle.rest() == [])
        try await busy.send("lf")
        #expect(try await busy.response().text == "half")
      }
    }
  }

  @Test func `an idle connection stays where nobody waits`() async throws {
    let limits = HTTPLimits.patient { ($0.connections, $0.idleWhenFull, $0.idle) = (100, .milliseconds(20), .patience) }
    try await Wire.plain.serve(limits: limits) { visit in
      let idle = try await visit.connect()
      for _ in 0..<30 { #expect(try await visit.answersOthers()) }
      try await idle.send(echo("here"))
      #expect(try await idle.response().text == "here")
    }
  }

  @Test func `an address has no more connections than it may, and may again when one leaves`() async throws {
    try await Wire.plain.serve(limits: .patient { $0.connectionsPerAddress = 1 }) { visit in
      let first = try await visit.connect()
      try await first.send(echo("first"))
      #expect(try await first.response().text == "first")
      let second = try await visit.connect()
      #expect((try? await second.rest()) ?? [] == [])
      try await first.finishSending()
      #expect(try await first.rest() == [])
      try await eventually("that there is room again") { (try? await visit.answersOthers()) == true }
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
