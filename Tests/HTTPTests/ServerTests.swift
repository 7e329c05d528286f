import HTTP
import TestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(3)))
struct ServerTests {
  private static let hello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"

  @Test(arguments: Wire.allCases)
  func `a connection carries one request after the other`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      for number in 0..<20 {
        try await client.send(echo("request \(number)"))
        let response = try await client.response()
        #expect(response.status == 200)
        #expect(response.text == "request \(number)")
        #expect(response.fields["connection"] == nil)
        #expect(response.fields["date"]?.hasSuffix(" GMT") == true)
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `many requests in one write are answered in order`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send((0..<200).map { echo("\($0)") }.joined())
      for number in 0..<200 { #expect(try await client.response().text == "\(number)") }
    }
  }

  @Test(arguments: Wire.allCases)
  func `requests that come byte by byte are answered`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send(Array((echo("slowly") + Self.hello).utf8).oneByOne)
      #expect(try await client.response().text == "slowly")
      #expect(try await client.response().text == "hello\n")
    }
  }

  @Test func `a request that is cut anywhere is answered`() async throws {
    try await Wire.tls.serve { visit in
      let client = try await visit.connect()
      let chunked = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ncut\r\n0\r\nA: b\r\n\r\n"
      for pieces in Array(echo("cut").utf8).cutOnce + Array(chunked.utf8).cutOnce {
        try await client.send(pieces)
        #expect(try await client.response().text == "cut")
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that asks for the end gets it, after its answer`(wire: Wire) async throws {
    try await wire.serve { visit in
      for request in [
        "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n\(Self.hello)",
      ] {
        let client = try await visit.connect()
        try await client.send(request)
        let response = try await client.response()
        #expect(response.text == "hello\n")
        #expect(response.fields["connection"] == "close")
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that sends no more is still answered`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send(echo("one") + echo("two"))
      try await client.finishSending()
      #expect(try await client.response().text == "one")
      #expect(try await client.response().text == "two")
      #expect(try await client.rest() == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `HTTP 1.0 may ask to go on`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      for _ in 0..<2 {
        try await client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try await client.response().text == "hello\n")
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that waits to be asked for its body is asked`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
      #expect(try await client.response().status == 100)
      try await client.send("body")
      #expect(try await client.response().text == "body")
      // One that does not wait need not be asked.
      try await client.send(echo("here", fields: "Expect: 100-continue\r\n"))
      #expect(try await client.response().text == "here")
    }
  }

  @Test(arguments: Wire.allCases)
  func `a HEAD is answered without a body, and the next request after it`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n\(Self.hello)")
      let response = try await client.response(hasBody: false)
      #expect(response.status == 200)
      #expect(response.fields["content-length"] == "6")
      #expect(try await client.response().text == "hello\n")
    }
  }

  @Test(arguments: Wire.allCases)
  func `large bodies pass both ways`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      let body = String(repeating: "0123456789abcdef", count: 1 << 16)
      try await client.send(echo(body))
      #expect(try await client.response().text == body)
      try await client.send("GET /large?3000000 HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await client.response().body == [UInt8](repeating: 7, count: 3_000_000))
    }
  }

  @Test(arguments: Wire.allCases)
  func `an invalid request is answered with 400, after the requests before it`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await visit.connect()
      try await client.send("\(Self.hello)GET / HTTP/1.1\r\n\r\n\(Self.hello)")
      #expect(try await client.response().text == "hello\n")
      let response = try await client.response()
      #expect(response.status == 400)
      #expect(response.text == "malformed: 0 Host fields, expected one\n")
      #expect(response.fields["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test func `404 and 405 leave the connection as it is`() async throws {
    try await Wire.plain.serve { visit in
      let client = try await visit.connect()
      try await client.send(
        "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\nPOST /hello HTTP/1.1\r\nHost: h\r\n\r\n\(Self.hello)")
      #expect(try await client.response().status == 404)
      let wrongMethod = try await client.response()
      #expect(wrongMethod.status == 405)
      #expect(wrongMethod.fields["allow"] == "GET, HEAD")
      #expect(try await client.response().text == "hello\n")
    }
  }
}
