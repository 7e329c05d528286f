import HTTPTypes
import TestSupport
import Testing
import TLS

@testable import HTTP
@testable import Transport

@Suite(.timeLimit(.minutes(3)))
struct HTTPClientTests {
  private let loops: EventLoopGroup

  init() throws { loops = try EventLoopGroup(count: 1) }

  private func request(_ method: HTTPRequest.Method, _ path: String, body: String = "") -> Request {
    let head = HTTPRequest(method: method, scheme: "https", authority: "h", path: path)
    return Request(head: head, body: Array(body.utf8))
  }

  @Test(arguments: Wire.allCases)
  func `a client asks one thing after the other`(wire: Wire) async throws {
    try await wire.serve { visit in
      let client = try await HTTPClient.connect(
        to: visit.server.endpoint, tls: visit.pair?.client, on: loops.first, until: later)
      for text in ["one", "", String(repeating: "three", count: 100_000)] {
        let response = try await client.send(request(.post, "/echo", body: text), until: later)
        #expect(response.head.status == .ok)
        #expect(response.body == Array(text.utf8))
      }
      #expect(try await client.send(request(.head, "/hello"), until: later).head.headerFields[.contentLength] == "6")
      #expect(try await client.send(request(.get, "/nowhere"), until: later).head.status == .notFound)
    }
  }

  @Test func `a server that cannot be trusted gets no request`() async throws {
    try await Wire.tls.serve { visit in
      let stranger = try TLSPair.stranger()
      let error = await #expect(throws: HTTPClientError.self) {
        try await HTTPClient.connect(to: visit.server.endpoint, tls: stranger, on: loops.first, until: later)
      }
      #expect(error?.description.contains("certificate verify failed") == true)
    }
  }

  /// A server that takes one request, answers with these bytes, and ends the connection.
  private func ask(_ answer: String, tls: TLSPair? = nil, notifies: Bool = true) async throws -> Response {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loops.first)
    async let served: Void = {
      guard let socket = try await listener.accept()?.socket(on: loops.first) else { return }
      let connection = Connection(socket, tls: try tls.map { try TLSSession($0.server, as: .server) })
      try await connection.handshake(until: later)
      var received: [UInt8] = []
      _ = try await connection.receive(into: &received, until: later)
      try await connection.send(Array(answer.utf8), until: later)
      if notifies { try await connection.finishSending(until: later) } else { socket.finishWriting() }
    }()
    let client = try await HTTPClient.connect(
      to: listener.endpoint, tls: tls?.client, on: loops.first, limits: .narrow, until: later)
    let response = try await client.send(request(.get, "/"), until: later)
    try await served
    return response
  }

  @Test func `an answer may be chunked, or last until the end`() async throws {
    let pair = try TLSPair()
    for tls in [nil, pair] {
      #expect(
        try await ask("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", tls: tls).body
          == Array("ok".utf8))
      #expect(try await ask("HTTP/1.1 200 OK\r\n\r\nok", tls: tls).body == Array("ok".utf8))
    }
  }

  @Test func `an answer that lasts until the end is not taken without TLS's notice of it`() async throws {
    let cut = TLSError("TLS read", reasons: ["the peer closed the connection without notice"], .interrupted)
    await #expect(throws: HTTPClientError.transport(.tls(cut))) {
      try await ask("HTTP/1.1 200 OK\r\n\r\nallowed: tr", tls: TLSPair(), notifies: false)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", HTTPClientError.cutShort), ("", .cutShort),
    ("HTTP/1.1 200 OK\r\n", .cutShort), ("HTTP/2.0 200 OK\r\n\r\n", .wire(.unknownVersion("\"HTTP/2.0\""))),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n\(String(repeating: "z", count: 41))",
      .wire(.bodyTooLarge(limit: 40))
    ),
  ])
  func `an answer that is none is an error`(answer: String, expected: HTTPClientError) async throws {
    await #expect(throws: expected) { try await ask(answer) }
  }

  @Test func `a server that does not answer in time is an error`() async throws {
    let responder = EchoResponder()
    try await Wire.plain.serve(responder) { visit in
      let client = try await HTTPClient.connect(to: visit.server.endpoint, tls: nil, on: loops.first, until: later)
      await #expect(throws: HTTPClientError.transport(.timedOut("read"))) {
        try await client.send(request(.get, "/wait"), until: .now + .milliseconds(30))
      }
      responder.gate.open()
    }
  }
}
