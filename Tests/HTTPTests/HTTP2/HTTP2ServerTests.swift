import HTTP
import TestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(3)))
struct HTTP2ServerTests {
  @Test func `what a client offers decides what is spoken`() async throws {
    let pair = try TLSPair(
      serverProtocols: HTTPServer.protocols(http2: true), clientProtocols: ["http/1.1", "h2"])
    try await LoopbackServer.with(EchoResponder(), tls: pair.server) { server in
      let both = try await WireClient.connect(to: server.endpoint, tls: pair.client)
      #expect(both.negotiatedProtocol == "h2")
    }
    let old = try TLSPair(serverProtocols: HTTPServer.protocols(http2: true), clientProtocols: ["http/1.1"])
    try await LoopbackServer.with(EchoResponder(), tls: old.server) { server in
      let client = try await WireClient.connect(to: server.endpoint, tls: old.client)
      try await client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await client.response().text == "hello\n")
    }
  }

  @Test func `if HTTP 2 is off nobody gets it`() async throws {
    let pair = try TLSPair(serverProtocols: HTTPServer.protocols(http2: false), clientProtocols: ["h2"])
    try await LoopbackServer.with(EchoResponder(), tls: pair.server) { server in
      _ = await #expect(throws: TransportError.self) {
        try await WireClient.connect(to: server.endpoint, tls: pair.client)
      }
    }
  }

  @Test func `a connection carries one request after the other`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await visit.connect()
      for number in 0..<300 {
        let stream = 2 * number + 1
        try await client.request("POST", "/echo", body: Array("request \(number)".utf8), on: stream)
        let response = try await client.response(on: stream)
        #expect(response.status == 200)
        #expect(response.text == "request \(number)")
        #expect(response.fields["date"]?.hasSuffix(" GMT") == true)
      }
    }
  }

  @Test func `a hundred requests at once are answered, those first that are ready first`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder) { visit in
      let client = try await visit.connect()
      for number in 0..<50 { try await client.request("GET", "/wait", on: 2 * number + 1) }
      for number in 50..<100 {
        try await client.request("POST", "/echo", body: Array("\(number)".utf8), on: 2 * number + 1)
      }
      for number in 50..<100 { #expect(try await client.response(on: 2 * number + 1).text == "\(number)") }
      #expect(client.said.finished.allSatisfy { $0 > 100 })
      responder.gate.open()
      for number in 0..<50 { #expect(try await client.response(on: 2 * number + 1).text == "waited\n") }
    }
  }

  @Test func `requests that come byte by byte are answered`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await visit.connect(hello: [])
      for byte in HTTP2Bytes.hello + HTTP2Bytes.post("/echo", "slowly") { try await client.send([byte]) }
      #expect(try await client.response(on: 1).text == "slowly")
    }
  }

  @Test func `large bodies pass both ways`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await visit.connect()
      let body = Array(String(repeating: "0123456789abcdef", count: 1 << 16).utf8)
      for stream in [1, 3, 5] {
        try await client.request("POST", "/echo", body: body, on: stream)
        #expect(try await client.response(on: stream).body == body)
      }
      try await client.request("GET", "/large?3000000", on: 7)
      #expect(try await client.response(on: 7).body == [UInt8](repeating: 7, count: 3_000_000))
    }
  }

  @Test func `a client that waits to be asked for its body is asked`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await visit.connect()
      let head = HTTP2Bytes.head("POST", "/echo") + [("expect", "100-continue")]
      try await client.send(HTTP2Bytes.headers(on: 1, head, ends: false))
      try await client.wait("100") { $0[1].interim == [100] }
      try await client.send(HTTP2Bytes.data(on: 1, "body"))
      #expect(try await client.response(on: 1).text == "body")
    }
  }

  @Test func `404, 405 and HEAD are answered as ever`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await visit.connect()
      try await client.request("GET", "/nowhere", on: 1)
      try await client.request("POST", "/hello", on: 3)
      try await client.request("HEAD", "/hello", on: 5)
      #expect(try await client.response(on: 1).status == 404)
      let wrongMethod = try await client.response(on: 3)
      #expect(wrongMethod.status == 405)
      #expect(wrongMethod.fields["allow"] == "GET, HEAD")
      let head = try await client.response(on: 5)
      #expect(head.status == 200)
      #expect(head.fields["content-length"] == "6")
      #expect(head.body == [])
    }
  }

  @Test func `a client that sends no more is still answered`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder) { visit in
      let client = try await visit.connect()
      try await client.request("GET", "/wait", on: 1)
      try await eventually("the request") { responder.gate.visitors == 1 }
      try await client.finishSending()
      responder.gate.open()
      #expect(try await client.response(on: 1).text == "waited\n")
      try await client.end()
    }
  }

  @Test func `a client that sends no more is not waited for if its requests are not whole`() async throws {
    let responder = EchoResponder()
    try await HTTP2Visit.with(responder, limits: .patient { $0.bodyTime = .patience * 10 }) { visit in
      let client = try await visit.connect()
      let half = HTTP2Bytes.headers(on: 3, HTTP2Bytes.head("POST", "/echo"), ends: false)
      try await client.send(HTTP2Bytes.get("/wait") + half)
      try await eventually("the request") { responder.gate.visitors == 1 }
      try await client.finishSending()
      responder.gate.open()
      #expect(try await client.response(on: 1).text == "waited\n")
      try await client.end()
    }
  }

  @Test func `what is too large is answered, and the connection lives on`() async throws {
    try await HTTP2Visit.with(limits: .patient { ($0.head, $0.body) = (4096, 100_000) }) { visit in
      let client = try await visit.connect()
      let long = [("long", String(repeating: "x", count: 5000))]
      try await client.request("GET", "/hello", fields: long, on: 1)
      #expect(try await client.response(on: 1).status == 431)
      try await client.request("POST", "/echo", body: Array(repeating: 1, count: 200_000), on: 3)
      let large = try await client.response(on: 3)
      #expect(large.status == 413)
      #expect(large.text == "body too large: expected at most 100000 bytes\n")
      try await client.request("GET", "/hello", on: 5)
      #expect(try await client.response(on: 5).text == "hello\n")
      #expect(client.said.goAways == [])
    }
  }

  @Test func `what is too slow is answered, and the connection lives on`() async throws {
    try await HTTP2Visit.with(limits: .patient { $0.bodyTime = .seconds(1) }) { visit in
      let client = try await visit.connect()
      try await client.send(HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/echo"), ends: false))
      let slow = try await client.response(on: 1)
      #expect(slow.status == 408)
      #expect(slow.text == "request too slow: its body did not come in time\n")
      try await client.request("GET", "/hello", on: 3)
      #expect(try await client.response(on: 3).text == "hello\n")
      #expect(client.said.goAways == [])
    }
  }

  @Test(arguments: BadHTTP2.all)
  func `an invalid request does not affect others, on its connection or another`(bad: BadHTTP2) async throws {
    try await HTTP2Visit.with(limits: .patient { ($0.head, $0.fields, $0.body) = (400, 6, 40) }) { visit in
      let client = try await visit.connect()
      try await client.send(bad.bytes)
      try await client.request("GET", "/hello", on: 3)
      #expect(try await client.response(on: 3).text == "hello\n")
      let response = try await client.response(on: 1)
      #expect(response.status == bad.status)
      #expect(try await visit.answersOthers())
    }
  }
}
