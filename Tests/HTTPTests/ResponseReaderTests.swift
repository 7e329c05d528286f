import HTTPTypes
import TestSupport
import Testing

@testable import HTTP

struct ResponseReaderTests {
  /// What a reader makes of a response, or why it makes nothing.
  fileprivate struct Reading: Hashable {
    var status: Int?
    var reason: String?
    var body: String?
    var error: WireError?
  }

  private func read(_ pieces: [[UInt8]], to method: HTTPRequest.Method = .get, ends: Bool = true) -> Reading {
    var reader = HTTP1ResponseReader(to: method, limits: .narrow)
    do throws(WireError) {
      for piece in pieces {
        reader.buffer.compact()
        reader.buffer.bytes += piece
        if let response = try reader.next(isEnd: false) { return Reading(response) }
      }
      return ends ? try reader.next(isEnd: true).map { Reading($0) } ?? Reading() : Reading()
    } catch { return Reading(error: error) }
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "OK", "abc"),
    ("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, "", ""),
    ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "", ""),
    ("HTTP/1.0 404 Not Found\r\ncontent-length:1\r\n\r\nx", 404, "Not Found", "x"),
    ("HTTP/1.1 599 \r\nContent-Length: 1\r\n\r\nxyz", 599, "", "x"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nT: u\r\n\r\n", 200, "OK", "abc"),
    ("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "OK", "until the end"),
    ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", 200, "OK", ""),
    ("HTTP/1.1 204 No Content\r\n\r\n", 204, "No Content", ""),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "Not Modified", ""),
    (
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200,
      "OK", "x"
    ),
  ])
  func `a response is read, wherever it is cut`(text: String, status: Int, reason: String, body: String) {
    let bytes = Array(text.utf8)
    for pieces in [[bytes], bytes.oneByOne] + bytes.cutOnce {
      #expect(read(pieces) == Reading(status: status, reason: reason, body: body))
    }
  }

  @Test func `the answer to a HEAD has no body, whatever it says`() {
    for framing in ["Content-Length: 100", "Transfer-Encoding: chunked", "A: b"] {
      let bytes = Array("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n".utf8)
      #expect(read([bytes], to: .head, ends: false) == Reading(status: 200, reason: "OK", body: ""))
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", "HTTP/1.1", "",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
  ])
  func `a response that ends too early is none`(text: String) { #expect(read([Array(text.utf8)]) == Reading()) }

  @Test(arguments: [
    ("HTTP/1.1 20 OK\r\n\r\n", "the status line"), ("HTTP/1.1 2000 OK\r\n\r\n", "the status line"),
    ("HTTP/1.1 +20 OK\r\n\r\n", "the status line"), ("HTTP/1.1 -20 OK\r\n\r\n", "the status line"),
    ("HTTP/1.1 099 OK\r\n\r\n", "the status line"), ("HTTP/1.1\r\n\r\n", "the status line"),
    ("HTTP/1.1  200\r\n\r\n", "the status line"), ("200 OK\r\n\r\n", "the status line"),
    ("HTTP/2.0 200 OK\r\n\r\n", "not supported"), ("ICY 200 OK\r\n\r\n", "no HTTP version"),
    ("HTTP/1.1 200 OK\n\r\n", "LF alone"), ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "without a name"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "several Content-Length"),
    ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nx", "expected a number"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx", "unclear length"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nx", "unclear length"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "chunk size"),
    ("HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n\(String(repeating: "z", count: 41))", "body too large"),
    ("HTTP/1.1 200 OK\r\n\r\n\(String(repeating: "z", count: 41))", "body too large"),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n29\r\n", "body too large"),
    ("HTTP/1.1 200 \(String(repeating: "OK", count: 200))\r\n\r\n", "head too large"),
  ])
  func `a bad response is refused for the same reason, wherever it is cut`(text: String, reason: String) throws {
    let bytes = Array(text.utf8)
    let whole = read([bytes])
    #expect(try #require(whole.error).description.contains(reason))
    for pieces in [bytes.oneByOne] + bytes.cutOnce { #expect(read(pieces) == whole) }
  }

  @Test func `any number of interim responses is skipped`() {
    let interim = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 50_000)
    let bytes = Array("\(interim)HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)
    #expect(read([bytes]) == Reading(status: 200, reason: "OK", body: "ok"))
  }

  @Test func `mutated responses are read or refused, the same in any pieces`() {
    var generator = SeededGenerator(seed: 4)
    let text =
      "HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\n"
    for _ in 0..<3000 {
      let bytes = Array(text.utf8).mutated(by: &generator, count: 2)
      #expect(read(bytes.cut(by: &generator, longest: 9)) == read([bytes]))
    }
  }
}

extension ResponseReaderTests.Reading {
  fileprivate init(_ response: Response) {
    let status = response.head.status
    self.init(
      status: status.code, reason: status.reasonPhrase, body: String(decoding: response.body, as: UTF8.self))
  }
}
