import HTTP
import TestSupport
import Testing
import Transport

/// How HTTP/2 connections come to their end.
@Suite(.timeLimit(.minutes(3)))
struct HTTP2EndTests {
  @Test func `an idle connection is left with a GOAWAY`() async throws {
    try await HTTP2Visit.with(limits: .patient { $0.idle = .seconds(2) }) { visit in
      try await onOwnThread {
        let client = try await visit.connect()
        try await client.request("GET", "/hello", on: 1)
        try await client.end()
        #expect(client.said[1].text == "hello\n")
        #expect(client.said.goAways == [.init(last: 1, code: 0)])
      }
    }
  }

  @Test func `idle connections close when the server drains, used ones and fresh ones`() async throws {
    try await HTTP2Visit.with { visit in
      let (used, fresh) = try await (visit.connect(), visit.connect())
      try await used.request("GET", "/hello", on: 1)
      _ = try await used.response(on: 1)
      visit.server.server.drain()
      for client in [used, fresh] {
        try await client.end()
        #expect(client.said.goAways.last?.code == 0)
        try await client.finishSending()
      }
      try await visit.server.end()
    }
  }

  @Test func `requests in flight are answered when the server drains, and nothing after them`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder) { visit in
      let client = try await visit.connect()
      try await client.request("GET", "/wait", on: 1)
      try await client.send(HTTP2Bytes.headers(on: 3, HTTP2Bytes.head("POST", "/echo"), ends: false))
      try await eventually("the request") { responder.gate.visitors == 1 }
      visit.server.server.drain()
      try await client.wait("both GOAWAYs") { $0.goAways.count == 2 }
      #expect(client.said.goAways == [.init(last: Int(Int32.max), code: 0), .init(last: 3, code: 0)])
      try await client.request("GET", "/hello", on: 5)
      try await client.send(HTTP2Bytes.data(on: 3, "late"))
      #expect(try await client.response(on: 3).text == "late")
      responder.gate.open()
      #expect(try await client.response(on: 1).text == "waited\n")
      try await client.end()
      #expect(client.said.streams[5] == nil)
      try await client.finishSending()
      try await visit.server.end()
    }
  }

  @Test func `an old connection is left, after what came before the client knew`() async throws {
    try await HTTP2Visit.with(limits: .patient { $0.age = .zero }) { visit in
      let client = try await visit.connect()
      for stream in [1, 3, 5] { try await client.request("GET", "/hello", on: stream) }
      try await client.end()
      #expect([1, 3, 5].allSatisfy { client.said[$0].text == "hello\n" })
      #expect(client.said.goAways == [.init(last: Int(Int32.max), code: 0), .init(last: 5, code: 0)])
    }
  }

  @Test func `a server that shuts down answers new requests, and tells clients to reconnect elsewhere`() async throws {
    try await HTTP2Visit.with { visit in
      let before = try await visit.connect()
      visit.server.server.drain(for: .patience * 2)
      let after = try await visit.connect()
      for client in [before, after] {
        try await client.request("GET", "/hello", on: 1)
        try await client.end()
        #expect(client.said.goAways.last?.code == 0)
      }
      #expect(after.said[1].text == "hello\n")
      // Answered, or known to be unseen.
      #expect(before.said[1].text == "hello\n" || before.said.goAways.last?.last == 0)
      visit.server.cancel()
      try await visit.server.end()
    }
  }

  @Test func `an idle connection makes room when others wait`() async throws {
    let limits = HTTPLimits.patient { ($0.connections, $0.idle, $0.linger) = (2, .patience, .seconds(1)) }
    try await HTTP2Visit.with(limits: limits) { visit in
      try await onOwnThread {
        let busy = try await visit.connect()
        let head = HTTP2Bytes.head("POST", "/echo") + [("expect", "100-continue")]
        try await busy.send(HTTP2Bytes.headers(on: 1, head, ends: false))
        try await busy.wait("that the head has been read") { $0[1].interim == [100] }
        let idle = try await visit.connect()
        try await idle.request("GET", "/hello", on: 1)
        _ = try await idle.response(on: 1)
        #expect(try await visit.answersOthers())
        try await idle.end()
        #expect(idle.said.goAways == [.init(last: 1, code: 0)])
      }
    }
  }

  @Test func `a client that does not answer the server does not hold up its end`() async throws {
    try await HTTP2Visit.with(limits: .patient { $0.linger = .seconds(1) }) { visit in
      let client = try await WireClient.connect(to: visit.server.endpoint, tls: visit.pair.client)
      try await client.send([HTTP2Bytes.hello])
      #expect(try await visit.answersOthers())
      visit.server.server.drain()
      try await visit.server.end()
    }
  }

  @Test func `a hundred connections that stay open are all ended by draining`() async throws {
    try await HTTP2Visit.with { visit in
      var clients: [HTTP2Client] = []
      for _ in 0..<100 { clients.append(try await visit.connect()) }
      visit.server.server.drain()
      for client in clients {
        try await client.end()
        #expect(client.said.goAways.last?.code == 0)
        try await client.finishSending()
      }
      try await visit.server.end()
    }
  }

  @Test func `cancellation cuts off everything in progress`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder) { visit in
      let client = try await visit.connect()
      try await client.request("GET", "/wait", on: 1)
      try await eventually("the request") { responder.gate.visitors == 1 }
      visit.server.cancel()
      responder.gate.open()
      try await visit.server.end()
    }
  }

  @Test func `a client that is gone in the middle of a request leaves nothing behind`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder) { visit in
      let half = HTTP2Bytes.headers(on: 3, HTTP2Bytes.head("POST", "/echo"), ends: false)
      for number in 1...2 {
        let client = try await visit.connect()
        try await client.send(HTTP2Bytes.get("/wait") + half)
        // Only what has been read is not lost with the connection.
        try await eventually("its request") { responder.gate.visitors == number }
      }
      responder.gate.open()
      #expect(try await visit.answersOthers())
    }
  }
}
