import HTTPTypes
import TestSupport
import Testing

@testable import HTTP

struct WriterTests {
  private let date = "Sun, 06 Nov 1994 08:49:37 GMT"

  private func written(
    _ response: Response, to method: HTTPRequest.Method = .get, closes: Bool = false
  ) -> String {
    String(decoding: HTTP1Writer.bytes(of: response, to: method, date: date, closes: closes), as: UTF8.self)
  }

  @Test func `a response says its status, its fields, the date and how long it is`() {
    #expect(
      written(Response(.ok, contentType: "application/json", body: Array("{}".utf8))) == """
        HTTP/1.1 200 OK\r
        Content-Type: application/json\r
        Date: \(date)\r
        Content-Length: 2\r
        \r
        {}
        """)
  }

  @Test func `the last response says that the connection ends`() {
    #expect(
      written(Response(.badRequest), closes: true) == """
        HTTP/1.1 400 Bad Request\r
        Date: \(date)\r
        Content-Length: 0\r
        Connection: close\r
        \r\n
        """)
  }

  @Test func `the answer to a HEAD says how long a GET's would be`() {
    #expect(written(.text(.ok, "four"), to: .head).hasSuffix("Content-Length: 5\r\n\r\n"))
  }

  @Test(arguments: [HTTPResponse.Status.noContent, .notModified])
  func `a status that has no body has no length either`(status: HTTPResponse.Status) {
    #expect(
      written(Response(status, body: [1, 2, 3])) == """
        HTTP/1.1 \(status.code) \(status.reasonPhrase)\r
        Date: \(date)\r
        \r\n
        """)
  }

  @Test func `a value cannot forge a field`() {
    var response = Response(.ok)
    response.head.headerFields[.location] = "/a\r\nSet-Cookie: b"
    #expect(!written(response).contains("\r\nSet-Cookie"))
  }

  @Test func `a request says target, host and how long it is`() {
    var head = HTTPRequest(method: .post, scheme: "https", authority: "h:443", path: "/mutate?a")
    head.headerFields[.accept] = "*/*"
    let bytes = HTTP1Writer.bytes(of: Request(head: head, body: Array("{}".utf8)))
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        POST /mutate?a HTTP/1.1\r
        Host: h:443\r
        Accept: */*\r
        Content-Length: 2\r
        \r
        {}
        """)
    #expect(
      Reading([bytes], limits: .narrow).requests == [ReadRequest("POST", "/mutate?a", at: "h:443", body: "{}")])
  }
}

struct ReadBufferTests {
  @Test func `what has been read is given up, what has not is kept`() throws {
    var buffer = ReadBuffer()
    buffer.bytes += [UInt8](repeating: 7, count: 20_000) + Array("a\r\nrest".utf8)
    #expect(buffer.take(atMost: 20_000).count == 20_000)
    #expect(try buffer.line(atMost: 10) == Array("a".utf8)[...])
    buffer.compact()
    #expect(buffer.bytes == Array("rest".utf8))
    #expect(buffer.count == 4)
    #expect(try buffer.line(atMost: 10) == nil)
    buffer.bytes += Array("\r\n".utf8)
    #expect(try buffer.line(atMost: 10) == Array("rest".utf8)[...])
  }

  @Test func `a connection that is idle holds on to little`() {
    var buffer = ReadBuffer()
    buffer.bytes += [UInt8](repeating: 7, count: 8 << 20)
    _ = buffer.take(atMost: .max)
    buffer.compact()
    #expect(buffer.bytes.capacity <= 16_384)
    buffer.bytes += [7]
    _ = buffer.take(atMost: .max)
    buffer.compact(isIdle: true)
    #expect(buffer.bytes.capacity == 0)
  }

  @Test func `no more is taken than is there`() {
    var buffer = ReadBuffer()
    buffer.bytes += [1, 2, 3]
    #expect(buffer.take(atMost: 2) == [1, 2])
    #expect(buffer.take(atMost: 2) == [3])
    #expect(buffer.take(atMost: 2) == [])
    #expect(buffer.count == 0)
  }
}
