import HTTP
import TestSupport
import Testing
import Transport

/// Hostile clients. Each loses its own connection; somebody honest is served throughout.
@Suite(.timeLimit(.minutes(3)))
struct HTTP2FloodTests {
  @Test(arguments: HTTP2Flood.all)
  func `a flood ends its own connection`(flood: HTTP2Flood) async throws {
    try await HTTP2Visit.with { visit in
      let honest = try await HonestClient(visit)
      let client = try await visit.connect(hello: HTTP2Bytes.hello)
      try await client.send(flood.bytes)
      try await client.end()
      #expect(client.said.goAways.last?.code == flood.code)
      try await honest.isServed()
    }
  }

  @Test func `what is not HTTP 2 ends its connection`() async throws {
    try await HTTP2Visit.with { visit in
      for bytes in [Array("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n".utf8), HTTP2Bytes.frame(.settings)] {
        let client = try await visit.connect(hello: bytes)
        try await client.end()
        #expect(client.said.goAways.map(\.code) == [1])
      }
      #expect(try await visit.answersOthers())
    }
  }

  @Test(arguments: ["zero", "tiny"])
  func `windows that stay shut end their connection`(windows: String) async throws {
    try await HTTP2Visit.with(limits: .patient { $0.write = .seconds(1) }) { visit in
      let honest = try await HonestClient(visit)
      let still = HTTP2Bytes.preface + HTTP2Bytes.frame(.settings, [0, 4, 0, 0, 0, 0])
      let requests = (0..<100).flatMap { HTTP2Bytes.get("/large?1000", on: 2 * $0 + 1) }
      let openings = (0..<500).flatMap { HTTP2Bytes.frame(.windowUpdate, [0, 0, 0, 1], on: 2 * ($0 % 10) + 1) }
      let client = try await visit.connect(hello: still)
      // At once: the server does not wait for a client that gets no turn.
      try await client.send(requests + (windows == "tiny" ? openings : []))
      try await client.end()
      #expect(client.said.goAways.map(\.code) == [0xB])
      #expect(client.said.finished == [])
      try await honest.isServed()
    }
  }

  @Test func `a client that never reads is disconnected`() async throws {
    try await HTTP2Visit.with(limits: .patient { $0.write = .milliseconds(200) }) { visit in
      let honest = try await HonestClient(visit)
      let client = try await visit.connect()
      try await client.request("GET", "/large?30000000", on: 1)
      try await eventually("that the server gives up") {
        do {
          try await client.send(HTTP2Bytes.frame(.unknown))
          return false
        } catch is TransportError { return true }
      }
      try await honest.isServed()
    }
  }

  @Test func `more streams than are allowed are refused, and those before them answered`() async throws {
    try await HTTP2Visit.with { visit in
      let client = try await WireClient.connect(to: visit.server.endpoint, tls: visit.pair.client)
      // A client that does not know our settings yet may open more.
      let heads = (0..<120).flatMap {
        HTTP2Bytes.headers(on: 2 * $0 + 1, HTTP2Bytes.head("POST", "/echo"), ends: false)
      }
      try await client.send([HTTP2Bytes.hello + heads + HTTP2Bytes.data(on: 1, "first")])
      var said = HTTP2Transcript()
      while !(said[1].isWhole && said[239].hasEnded) {
        try said.add(#require(await client.bytes()))
      }
      #expect(said[1].text == "first")
      #expect((100..<120).allSatisfy { said[2 * $0 + 1].reset == 7 })
      #expect((1..<100).allSatisfy { !said[2 * $0 + 1].hasEnded })
      #expect(said.goAways == [])
    }
  }

  @Test func `mutated connections do no harm to one that stays`() async throws {
    try await HTTP2Visit.with { visit in
      let honest = try await HonestClient(visit)
      var generator = SeededGenerator(seed: 9)
      for good in GoodHTTP2.all + GoodHTTP2.all {
        let bytes = (HTTP2Bytes.hello + good.bytes).mutated(by: &generator, count: 2)
        let client = try await WireClient.connect(to: visit.server.endpoint, tls: visit.pair.client)
        // The server may have ended the connection by the time of the second piece.
        try? await client.send(bytes.cut(by: &generator, longest: 40))
        try await honest.isServed()
      }
    }
  }
}

/// One that asks something now and then on the same connection.
private final class HonestClient {
  private let client: HTTP2Client
  private var stream = -1

  init(_ visit: HTTP2Visit) async throws {
    client = try await visit.connect()
    try await isServed()
  }

  func isServed() async throws {
    for _ in 0..<3 {
      stream += 2
      try await client.request("POST", "/echo", body: Array("\(stream)".utf8), on: stream)
      #expect(try await client.response(on: stream).text == "\(stream)")
    }
  }
}
