import HTTPTypes
import TestSupport
import Testing

@testable import HTTP
@testable import Transport

/// A response that is read line by line, as a Kubernetes watch is.
@Suite(.timeLimit(.minutes(3)))
struct ResponseLinesTests {
  private let loops: EventLoopGroup

  init() throws { loops = try EventLoopGroup(count: 1) }

  /// The lines of a response that a server sends in these pieces, and ends.
  private func lines(_ pieces: [[UInt8]], longest: Int = 100) async throws -> [String] {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loops.first)
    async let served: Void = {
      guard let socket = try await listener.accept()?.socket(on: loops.first) else { return }
      let connection = Connection(socket)
      var received: [UInt8] = []
      _ = try await connection.receive(into: &received, until: later)
      for piece in pieces { try await connection.send(piece, until: later) }
      try await connection.finishSending(until: later)
    }()
    let client = try await HTTPClient.connect(to: listener.endpoint, tls: nil, on: loops.first, until: later)
    let head = HTTPRequest(method: .get, scheme: "https", authority: "h", path: "/")
    var lines: [String] = []
    let stream = try await client.stream(Request(head: head), longestLine: longest, until: later)
    #expect(stream.head.status == .ok)
    while let line = try await stream.next(until: later) { lines.append(String(decoding: line, as: UTF8.self)) }
    try await served
    return lines
  }

  private static let bodies = [
    "Content-Length: 12\r\n\r\none\ntwo\n\nto\n", "\r\none\ntwo\n\nto\n",
    "Transfer-Encoding: chunked\r\n\r\n2\r\non\r\n7\r\ne\ntwo\n\n\r\n3\r\nto\n\r\n0\r\n\r\n",
  ]

  @Test(arguments: bodies)
  func `lines are the same however the body is framed and cut`(body: String) async throws {
    let bytes = Array("HTTP/1.1 200 OK\r\n\(body)".utf8)
    var generator = SeededGenerator(seed: UInt64(bytes.count))
    for pieces in [[bytes], bytes.oneByOne, bytes.cut(by: &generator, longest: 5)] {
      #expect(try await lines(pieces) == ["one", "two", "", "to"])
    }
  }

  @Test(arguments: [
    ("Content-Length: 9\r\n\r\none\ntw", HTTPClientError.cutShort), ("\r\none\ntw", .cutShort),
    ("Transfer-Encoding: chunked\r\n\r\n5\r\none\nt\r\n", .cutShort),
    ("\r\none\n\(String(repeating: "z", count: 101))\n", .wire(.bodyTooLarge(limit: 100))),
  ])
  func `a body that is cut, or has too long a line, is an error`(body: String, expected: HTTPClientError) async throws {
    await #expect(throws: expected) { try await lines([Array("HTTP/1.1 200 OK\r\n\(body)".utf8)]) }
  }

  @Test func `a wait for the next line ends at its deadline, and with the loop's phase`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loops.first)
    let loop = try EventLoop(name: "client")
    defer { loop.enter(.stopped) }
    let client = try await HTTPClient.connect(to: listener.endpoint, tls: nil, on: loop, until: later)
    let accepted = try await listener.accept()?.socket(on: loops.first)
    let connection = Connection(try #require(accepted))
    try await connection.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none\n".utf8), until: later)
    let head = HTTPRequest(method: .get, scheme: "https", authority: "h", path: "/")
    let stream = try await client.stream(Request(head: head), longestLine: 100, until: later)
    #expect(try await stream.next(until: later) == Array("one".utf8))
    await #expect(throws: HTTPClientError.transport(.timedOut("read"))) {
      try await stream.next(until: .now + .milliseconds(30))
    }
    loop.enter(.draining)
    await #expect(throws: HTTPClientError.transport(.stopped)) {
      try await stream.next(until: later, endedBy: .draining)
    }
  }
}

/// Lines out of bytes, in memory.
struct LineBufferTests {
  @Test func `no more is kept than one line`() throws {
    var buffer = LineBuffer(longest: 3)
    buffer.fill { $0 += Array("abc\nd".utf8) }
    #expect(try buffer.next() == Array("abc".utf8))
    #expect(try buffer.next() == nil)
    #expect(buffer.isWithinLine)
    buffer.fill { $0 += Array("efg".utf8) }
    #expect(throws: WireError.bodyTooLarge(limit: 3)) { try buffer.next() }
  }

  @Test func `a line that is too long is dropped up to its end, and the next one is read`() throws {
    for pieces in [["abcdef\nok\n"], ["abcd", "e", "f\no", "k\n"], ["abcd", "\nok\n"]] {
      var (buffer, found): (LineBuffer, [String]) = (LineBuffer(longest: 3), [])
      for piece in pieces {
        buffer.fill { $0 += Array(piece.utf8) }
        while true {
          do throws(WireError) {
            guard let line = try buffer.next() else { break }
            found.append(String(decoding: line, as: UTF8.self))
          } catch { found.append("too long") }
        }
      }
      #expect(found == ["too long", "ok"])
      #expect(!buffer.isWithinLine)
    }
  }
}
