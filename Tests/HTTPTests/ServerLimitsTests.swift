import HTTP
import TestSupport
import Testing
import Transport

/// Clients that take their time, send too much, or do not read.
@Suite(.timeLimit(.minutes(3)))
struct ServerLimitsTests {
  @Test(arguments: Wire.allCases)
  func `a head that does not come in time is answered with 408`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.headTime = .milliseconds(30) }) { visit in
      let client = try await visit.connect()
      try await client.send("GET /hello HTTP/1.1\r\nHost: ")
      let response = try await client.response()
      #expect(response.status == 408)
      #expect(response.text == "request too slow: its head did not come in time\n")
      #expect(try await client.rest() == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `a body that does not come in time is answered with 408`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.bodyTime = .milliseconds(30) }) { visit in
      for request in [
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nslow",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nslow",
      ] {
        let client = try await visit.connect()
        try await client.send(request)
        let response = try await client.response()
        #expect(response.status == 408)
        #expect(response.text == "request too slow: its body did not come in time\n")
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a connection that is idle too long is closed without a word`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.idle = .seconds(2) }) { visit in
      try await onOwnThread {
        let used = try await visit.connect()
        try await used.send(echo("used"))
        #expect(try await used.response().text == "used")
        let fresh = try await visit.connect()
        #expect(try await used.rest() == [])
        #expect(try await fresh.rest() == [])
      }
    }
  }

  @Test func `a TLS handshake that takes too long is aborted`() async throws {
    try await Wire.tls.serve(limits: .patient { $0.handshake = .seconds(2) }) { visit in
      try await onOwnThread {
        let half = try await WireClient.connect(to: visit.server.endpoint)
        try await half.send([[22, 3, 1, 2, 0, 1]])
        let silent = try await WireClient.connect(to: visit.server.endpoint)
        #expect(try await half.rest() == [])
        #expect(try await silent.rest() == [])
      }
    }
  }

  @Test func `plain HTTP to a TLS server is disconnected, and others are served`() async throws {
    try await Wire.tls.serve { visit in
      let client = try await WireClient.connect(to: visit.server.endpoint)
      try await client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await client.rest() == [])
      #expect(try await visit.answersOthers())
    }
  }

  @Test(arguments: Wire.allCases)
  func `a body that is too large is answered with 413, also if it all comes`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.body = 100_000 }) { visit in
      let body = String(repeating: "x", count: 4_000_000)
      for request in [
        echo(body),
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3d0900\r\n\(body)\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n",
      ] {
        let client = try await visit.connect()
        try await client.send(request)
        let response = try await client.response()
        #expect(response.status == 413)
        #expect(response.text == "body too large: expected at most 100000 bytes\n")
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a head that is too large is answered with 431`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { ($0.head, $0.fields) = (4096, 20) }) { visit in
      for fields in [
        "A: \(String(repeating: "x", count: 100_000))\r\n", String(repeating: "A: b\r\n", count: 1000),
        String(repeating: "A: b\r\n", count: 20),
      ] {
        let client = try await visit.connect()
        try await client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\(fields)\r\n")
        #expect(try await client.response().status == 431)
        #expect(try await client.rest() == [])
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that never reads is disconnected, and others are served`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.write = .milliseconds(50) }) { visit in
      let client = try await visit.connect()
      try await client.send("GET /large?30000000 HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(try await visit.answersOthers())
      try await eventually("that the server gives up") { try await visit.hasBrokenOff(client) }
      #expect(try await visit.answersOthers())
    }
  }

  @Test(arguments: Wire.allCases)
  func `of a client that never reads the kernel keeps nothing either`(wire: Wire) async throws {
    try await wire.serve(limits: .patient { $0.write = .milliseconds(50) }) { visit in
      let client = try await visit.connect()
      try await client.send("GET /large?30000000 HTTP/1.1\r\nHost: h\r\n\r\n")
      // What is listed of a closed socket still holds what was not taken.
      try await eventually("that nothing but the listener is left") { try visit.socketStates() == ["0A"] }
      withExtendedLifetime(client) {}
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that is gone in the middle of a request leaves nothing behind`(wire: Wire) async throws {
    let responder = EchoResponder()
    // That the server comes to its end, as `serve` awaits, is what is tested.
    try await wire.serve(responder) { visit in
      for part in ["GET /he", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhal", ""] {
        let client = try await visit.connect()
        try await client.send(part)
      }
      let impatient = try await visit.connect()
      try await impatient.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
      try await eventually("its request") { responder.gate.visitors == 1 }
      responder.gate.open()
      #expect(try await visit.answersOthers())
    }
  }

  @Test func `a client that goes on sending after its last answer is let go`() async throws {
    try await Wire.plain.serve(limits: .patient { $0.linger = .milliseconds(50) }) { visit in
      let client = try await visit.connect()
      try await client.send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
      #expect(try await client.response().status == 200)
      let more = [UInt8](repeating: 0, count: 1 << 16)
      await #expect(throws: TransportError.self) {
        while true { try await client.send([more]) }
      }
    }
  }
}

extension Visit {
  /// The states of the server's sockets, as the kernel lists them (`proc_net_tcp`, Linux).
  fileprivate func socketStates() throws -> [Substring] {
    let port = String(server.endpoint.port, radix: 16, uppercase: true)
    let own = ":" + String(repeating: "0", count: 4 - port.count) + port
    let list = String(decoding: try WholeFile.read("/proc/net/tcp"), as: UTF8.self).split(separator: "\n").dropFirst()
    return list.map { $0.split(separator: " ") }.filter { $0[1].hasSuffix(own) }.map { $0[3] }
  }

  /// Whether the server has ended a connection on which the client does not read: writing tells.
  fileprivate func hasBrokenOff(_ client: WireClient) async throws -> Bool {
    do {
      try await client.send("x")
      return false
    } catch is TransportError { return true }
  }
}
