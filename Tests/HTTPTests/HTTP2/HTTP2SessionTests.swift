import HTTPTypes
import TestSupport
import Testing

@testable import HTTP

/// The session in memory.
struct HTTP2SessionTests {
  /// A head of four pseudo-header fields and "h" counts 163 bytes.
  private static let narrow: HTTPLimits = {
    var limits = HTTPLimits.narrow
    limits.head = 400
    return limits
  }()

  @Test(arguments: GoodHTTP2.all)
  func `requests are read, cut anywhere and byte by byte`(good: GoodHTTP2) throws {
    let bytes = HTTP2Bytes.hello + good.bytes
    let whole = try HTTP2Reading([bytes], limits: Self.narrow).outcome
    #expect(whole.requests == good.requests)
    #expect(whole.refusals == [])
    #expect(whole.goAways == [])
    #expect(!whole.isOver)
    for pieces in bytes.cutOnce + [bytes.oneByOne] {
      let cut = try HTTP2Reading(pieces, limits: Self.narrow).outcome
      #expect(cut == whole, "\(pieces.map(\.count))")
    }
  }

  @Test(arguments: BadHTTP2.all)
  func `an invalid request ends only its stream, however it is split`(bad: BadHTTP2) throws {
    let bytes = HTTP2Bytes.hello + bad.bytes + HTTP2Bytes.get("/", on: 3)
    let reading = try HTTP2Reading([bytes], limits: Self.narrow)
    #expect(reading.malformed == (bad.status == nil ? 1 : 0))
    let whole = reading.outcome
    #expect(whole.requests == [HTTP2Request(3)])
    #expect(whole.refusals.map(\.error.status.code) == [bad.status].compactMap { $0 })
    #expect(whole.resets == (bad.status == nil ? [1: 1] : [:]))
    #expect(whole.goAways == [])
    for pieces in bytes.cutOnce + [bytes.oneByOne] {
      let cut = try HTTP2Reading(pieces, limits: Self.narrow).outcome
      #expect(cut == whole, "\(pieces.map(\.count))")
    }
  }

  @Test func `mutated bytes are read or refused, the same in any pieces`() throws {
    var generator = SeededGenerator(seed: 4)
    var over = 0
    for _ in 0..<3000 {
      let bytes = HTTP2Bytes.hello + (GoodHTTP2.all.randomElement(using: &generator)?.bytes ?? [])
      let mutated = bytes.mutated(by: &generator, count: 3)
      let whole = try HTTP2Reading([mutated], limits: Self.narrow).outcome
      let pieces = mutated.cut(by: &generator, longest: 20)
      let cut = try HTTP2Reading(pieces, limits: Self.narrow).outcome
      #expect(cut == whole, "\(mutated)")
      if whole.isOver { over += 1 }
    }
    #expect((300..<2900).contains(over))
  }

  @Test func `a response has its body, its date and its length`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello + HTTP2Bytes.get("/")], limits: Self.narrow)
    var response = Response.text(.ok, "hello")
    response.head.headerFields[.connection] = "close"
    response.head.headerFields[.retryAfter] = "1"
    try reading.answer(1, response)
    let stream = reading.said[1]
    #expect(stream.status == 200)
    #expect(stream.text == "hello\n")
    #expect(stream.isWhole)
    let fields = ["content-type": "text/plain; charset=utf-8", "date": "today", "content-length": "6"]
    #expect(stream.fields == fields.merging(["retry-after": "1"]) { first, _ in first })
  }

  @Test func `HEAD, 204 and 304 have no body, and only HEAD a length`() throws {
    var reading = try HTTP2Reading()
    try reading.feed(HTTP2Bytes.hello + HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("HEAD", "/")))
    try reading.feed(HTTP2Bytes.get("/", on: 3) + HTTP2Bytes.get("/", on: 5))
    for (stream, status) in [(Int32(1), HTTPResponse.Status.ok), (3, .noContent), (5, .notModified)] {
      try reading.answer(stream, .text(status, "hello"))
      #expect(reading.said[Int(stream)].status == status.code)
      #expect(reading.said[Int(stream)].body == [])
      #expect(reading.said[Int(stream)].isWhole)
      #expect(reading.said[Int(stream)].fields["content-length"] == (stream == 1 ? "6" : nil))
    }
  }

  @Test func `a client that waits to be asked for its body is asked, one that has sent it is not`() throws {
    var reading = try HTTP2Reading()
    let head = HTTP2Bytes.head("POST", "/") + [("expect", "100-continue")]
    try reading.feed(HTTP2Bytes.hello + HTTP2Bytes.headers(on: 1, head, ends: false) + HTTP2Bytes.headers(on: 3, head))
    #expect(reading.said[1].interim == [100])
    #expect(reading.said[3].interim == [])
    try reading.feed(HTTP2Bytes.data(on: 1, "body"))
    try reading.answer(1, .text(.ok, "thanks"))
    #expect(reading.said[1].text == "thanks\n")
    #expect(reading.requests.map(\.body) == ["", "body"])
  }

  @Test func `answers go out in the order in which they come`() throws {
    var reading = try HTTP2Reading()
    try reading.feed(HTTP2Bytes.hello + HTTP2Bytes.get("/1", on: 1) + HTTP2Bytes.get("/3", on: 3))
    try reading.answer(3, .text(.ok, "three"))
    #expect(reading.said.finished == [3])
    try reading.answer(1, .text(.ok, "one"))
    #expect(reading.said.finished == [3, 1])
  }

  @Test func `an answer to a stream that is gone is dropped`() throws {
    var reading = try HTTP2Reading()
    try reading.feed(HTTP2Bytes.hello + HTTP2Bytes.get("/"))
    try reading.feed(HTTP2Bytes.frame(.resetStream, [0, 0, 0, 8], on: 1))
    try reading.answer(1, .text(.ok, "too late"))
    #expect(reading.said[1].status == nil)
    #expect(reading.session.isIdle)
  }

  @Test func `a request that is answered before its end is not waited for`() throws {
    var reading = try HTTP2Reading(limits: Self.narrow)
    try reading.feed(HTTP2Bytes.hello + HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/"), ends: false))
    try reading.feed(HTTP2Bytes.data(on: 1, String(repeating: "z", count: 41), ends: false))
    #expect(reading.refusals == [HTTP2Refusal(stream: 1, error: .bodyTooLarge(limit: 40))])
    try reading.answer(1, .text(.contentTooLarge, "too large"))
    #expect(reading.said[1].text == "too large\n")
    // NO_ERROR (RFC 9113 section 8.1).
    #expect(reading.said[1].reset == 0)
    try reading.feed(HTTP2Bytes.data(on: 1, "zzz") + HTTP2Bytes.get("/", on: 3))
    #expect(reading.requests == [HTTP2Request(3)])
    #expect(reading.said.goAways == [])
  }
}
