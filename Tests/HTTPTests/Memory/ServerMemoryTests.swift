import HTTP
import TestSupport
import Testing
import Transport

/// A server with little memory, whose clients want more.
@Suite(.timeLimit(.minutes(3)))
struct ServerMemoryTests {
  private static let body = String(repeating: "x", count: 90_000)
  private static let half = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n" + body.prefix(45_000)

  /// Room for one large body, which may take its time.
  private static let narrow = HTTPLimits.patient { ($0.memory.large, $0.memoryGrace) = (100_000, .patience) }
  /// The same, but nobody may take his time while others wait.
  private static let hasty = HTTPLimits.patient { ($0.memory.large, $0.memoryGrace) = (100_000, .zero) }

  /// A client whose body has been let in, half of which has been sent.
  private static func admitted(_ visit: Visit) async throws -> WireClient {
    let client = try await visit.connect()
    try await client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 90000\r\n\r\n")
    #expect(try await client.response().status == 100)
    try await client.send(String(body.prefix(45_000)))
    return client
  }

  @Test(arguments: Wire.allCases)
  func `a large body waits for another, and comes when that is answered`(wire: Wire) async throws {
    try await wire.serve(limits: Self.narrow) { visit in
      let first = try await Self.admitted(visit)
      let second = try await visit.connect()
      try await second.send(Self.half)
      #expect(try await visit.answersOthers())
      try await first.send(String(Self.body.suffix(45_000)))
      #expect(try await first.response().text == Self.body)
      try await second.send(String(Self.body.suffix(45_000)))
      #expect(try await second.response().text == Self.body)
    }
  }

  @Test(arguments: Wire.allCases)
  func `a slow body is rejected in favor of one that waits`(wire: Wire) async throws {
    try await wire.serve(limits: Self.hasty) { visit in
      let slow = try await Self.admitted(visit)
      let next = try await visit.connect()
      try await next.send(echo(Self.body))
      let response = try await slow.response()
      #expect(response.status == 503)
      #expect(response.fields["retry-after"] == "1")
      #expect(response.text == "no memory left for this request; try again\n")
      #expect(try await slow.rest() == [])
      #expect(try await next.response().text == Self.body)
    }
  }

  @Test(arguments: Wire.allCases)
  func `a body that gets no memory is rejected, and small ones are answered meanwhile`(wire: Wire) async throws {
    let limits = HTTPLimits.patient {
      $0.memory.large = 80_000
      $0.bodyTime = .milliseconds(400)
    }
    try await wire.serve(limits: limits) { visit in
      let client = try await visit.connect()
      try await client.send(Self.half)
      let small = try await visit.connect()
      try await small.send(echo("small"))
      #expect(try await small.response().text == "small")
      #expect(try await client.response().status == 503)
      #expect(try await client.rest() == [])
    }
  }

  @Test(arguments: Wire.allCases)
  func `a client that asks first is asked for its body when there is room`(wire: Wire) async throws {
    try await wire.serve(limits: Self.narrow) { visit in
      let first = try await Self.admitted(visit)
      let second = try await visit.connect()
      try await second.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 90000\r\n\r\n")
      try await first.send(String(Self.body.suffix(45_000)))
      #expect(try await first.response().status == 200)
      #expect(try await second.response().status == 100)
      try await second.send(Self.body)
      #expect(try await second.response().text == Self.body)
    }
  }

  @Test(arguments: Wire.allCases)
  func `a body that does not say its length is let in when it has grown large`(wire: Wire) async throws {
    let limits = HTTPLimits.patient { ($0.body, $0.memory.large) = (200_000, 200_000) }
    let chunk = String(Self.body.count, radix: 16) + "\r\n" + Self.body + "\r\n"
    let head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    try await wire.serve(limits: limits) { visit in
      for _ in 0..<3 {
        let client = try await visit.connect()
        try await client.send(head + chunk + chunk + "0\r\n\r\n")
        #expect(try await client.response().text == Self.body + Self.body)
        try await client.send(head + "5\r\nsmall\r\n0\r\n\r\n")
        #expect(try await client.response().text == "small")
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a response that there is no memory for is not sent`(wire: Wire) async throws {
    try await wire.serve(limits: Self.narrow) { visit in
      let client = try await visit.connect()
      for (size, status) in [(200_000, 503), (90_000, 200), (200_000, 503), (9000, 200)] {
        try await client.send("GET /large?\(size) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try await client.response().status == status)
      }
    }
  }

  @Test func `over HTTP/2 a slow body is rejected too, and the other one is read`() async throws {
    try await HTTP2Visit.with(limits: Self.hasty) { visit in
      let length = [("content-length", "90000")]
      let slow = try await visit.connect()
      try await slow.send(HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/echo") + length, ends: false))
      #expect(try await visit.answersOthers())
      let next = try await visit.connect()
      try await next.request("POST", "/echo", body: Array(Self.body.utf8), fields: length, on: 1)
      #expect(try await next.response(on: 1).text == Self.body)
      let response = try await slow.response(on: 1)
      #expect(response.status == 503)
      #expect(response.fields["retry-after"] == "1")
    }
  }
}
