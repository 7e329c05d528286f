import HTTPTypes
import TestSupport
import Testing
import Transport

@testable import HTTP

/// What a session lets a peer do, in memory, at times that are told.
struct HTTP2SessionLimitsTests {
  private static let calm = HTTP2Transcript.GoAway(last: 0, code: 0xB)
  private static let post = HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/"), ends: false)
  /// Longer than any deadline.
  private static let long = Duration.seconds(1000)

  @Test func `the peer is told what it may do`() throws {
    var reading = try HTTP2Reading()
    try reading.feed(HTTP2Bytes.hello)
    // RFC 9113 section 6.5.2, RFC 9218 section 2.1.
    #expect(reading.said.settings == [3: 100, 4: 65_536, 6: 32_768, 9: 1])
    #expect(65_535 + reading.said.window == 1024 * 1024)
  }

  @Test func `an idle connection is left with a GOAWAY`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    #expect(reading.session.deadline == HTTP2Reading.start + .seconds(120))
    try reading.wait(.seconds(119))
    #expect(reading.said.goAways == [])
    try reading.wait(.seconds(120))
    #expect(reading.said.goAways == [.init(last: 0, code: 0)])
    #expect(reading.session.isOver)
  }

  @Test func `PINGs keep no connection alive, requests do`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    try reading.feed(HTTP2Bytes.frame(.ping, Array(repeating: 0, count: 8)), after: .seconds(100))
    #expect(reading.said.pongs == 1)
    #expect(reading.session.deadline == HTTP2Reading.start + .seconds(120))
    try reading.feed(HTTP2Bytes.get("/"), after: .seconds(100))
    try reading.answer(1, .text(.ok, "hello"), after: .seconds(110))
    #expect(reading.session.deadline == HTTP2Reading.start + .seconds(230))
  }

  @Test func `a connection without a complete HTTP/2 preface is closed`() throws {
    for hello in [[], HTTP2Bytes.preface, Array(HTTP2Bytes.hello.dropLast())] {
      var reading = try HTTP2Reading([hello], limits: HTTPLimits())
      #expect(reading.session.deadline == HTTP2Reading.start + .seconds(10))
      try reading.wait(.seconds(10))
      #expect(reading.said.goAways == [Self.calm])
      #expect(reading.session.isOver)
    }
  }

  @Test func `a head that stays incomplete closes the connection`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    try reading.feed(HTTP2Bytes.frame(.headers, [0], .endStream, on: 1))
    try reading.wait(.seconds(10))
    #expect(reading.said.goAways.map(\.code) == [0xB])
    #expect(reading.session.isOver)
  }

  @Test func `a body of which the rest does not come is answered with 408, and others are served`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello + Self.post], limits: HTTPLimits())
    try reading.feed(HTTP2Bytes.data(on: 1, "slow", ends: false) + HTTP2Bytes.get("/", on: 3), after: .seconds(1))
    // Two seconds, and as many as 1 KiB/s allows.
    try reading.wait(.milliseconds(1990))
    #expect(reading.refusals == [])
    try reading.wait(.milliseconds(2010))
    #expect(reading.refusals == [HTTP2Refusal(stream: 1, error: .tooSlow("its body"))])
    try reading.answer(1, .text(.requestTimeout, "slow"))
    try reading.answer(3, .text(.ok, "hello"))
    #expect(reading.said[1].status == 408)
    #expect(reading.said[3].status == 200)
    #expect(reading.said.goAways == [])
  }

  @Test func `a response that the peer does not read closes the connection`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello + HTTP2Bytes.get("/")], limits: HTTPLimits())
    try reading.answer(1, Response(.ok, body: Array(repeating: 7, count: 65_536)))
    #expect(reading.said[1].body.count == 65_535)
    try reading.feed(HTTP2Bytes.frame(.ping, Array(repeating: 0, count: 8)), after: .seconds(9))
    try reading.wait(.seconds(10))
    #expect(reading.said.goAways == [.init(last: 1, code: 0xB)])
    #expect(reading.session.isOver)
  }

  @Test func `a response that waits goes on when the peer lets it`() throws {
    let still = HTTP2Bytes.frame(.settings, [0, 4, 0, 0, 0, 0])
    var reading = try HTTP2Reading([HTTP2Bytes.hello + still + HTTP2Bytes.get("/")], limits: HTTPLimits())
    try reading.answer(1, .text(.ok, "hello"))
    #expect(reading.said[1].status == 200)
    #expect(reading.said[1].body == [])
    for _ in 0..<6 { try reading.feed(HTTP2Bytes.frame(.windowUpdate, HTTP2Bytes.number(1), on: 1)) }
    #expect(reading.said[1].text == "hello\n")
    #expect(reading.said[1].isWhole)
  }

  @Test func `requests whose streams are gone still count until they are answered`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    for stream in 0..<110 {
      try reading.feed(HTTP2Bytes.get("/", on: 2 * stream + 1))
      if stream < 100 { try reading.feed(HTTP2Bytes.frame(.resetStream, [0, 0, 0, 8], on: 2 * stream + 1)) }
    }
    #expect(reading.requests.count == 100)
    // REFUSED_STREAM, which a client may try again (RFC 9113 section 8.7).
    #expect((100..<110).allSatisfy { reading.said[2 * $0 + 1].reset == 7 })
    try reading.answer(1, .text(.ok, "late"))
    try reading.feed(HTTP2Bytes.get("/", on: 221))
    #expect(reading.requests.last?.stream == 221)
  }

  @Test func `a request that is given up in the same breath is not begun`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    try reading.feed(HTTP2Bytes.get("/") + HTTP2Bytes.frame(.resetStream, [0, 0, 0, 8], on: 1))
    #expect(reading.requests == [])
    #expect(reading.session.isIdle)
  }

  @Test func `allowance comes back with time, and with answers`() throws {
    var limits = HTTPLimits()
    (limits.http2.idleFrames, limits.http2.idleFramesPerSecond) = (10, 1)
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: limits)
    let ping = HTTP2Bytes.frame(.ping, Array(repeating: 0, count: 8))
    for second in 1...100 { try reading.feed(ping, after: .seconds(second)) }
    for stream in 0..<100 {
      try reading.feed(HTTP2Bytes.get("/", on: 2 * stream + 1) + ping + ping + ping, after: .seconds(100))
      try reading.answer(Int32(2 * stream + 1), .text(.ok, "hello"), after: .seconds(100))
    }
    #expect(reading.said.goAways == [])
    for _ in 0..<20 { try reading.feed(ping, after: .seconds(100)) }
    #expect(reading.said.goAways.map(\.code) == [0xB])
    #expect(reading.session.isOver)
  }

  @Test func `going away lets in what was sent before the peer knew`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello + HTTP2Bytes.get("/")], limits: HTTPLimits())
    reading.session.goAway(at: HTTP2Reading.start)
    try reading.drain()
    #expect(reading.said.goAways == [.init(last: Int(Int32.max), code: 0)])
    try reading.feed(HTTP2Bytes.get("/", on: 3))
    try reading.feed(reading.said.replies)
    #expect(reading.said.goAways.last == .init(last: 3, code: 0))
    try reading.feed(HTTP2Bytes.get("/", on: 5))
    #expect(reading.requests.map(\.stream) == [1, 3])
    for stream in [Int32(1), 3] { try reading.answer(stream, .text(.ok, "hello")) }
    #expect(reading.said[1].isWhole && reading.said[3].isWhole)
    #expect(reading.session.isOver)
  }

  @Test func `going away does not wait long for a peer that does not answer`() throws {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: HTTPLimits())
    reading.session.goAway(at: HTTP2Reading.start)
    #expect(reading.session.deadline == HTTP2Reading.start + HTTPLimits().linger)
    try reading.wait(HTTPLimits().linger)
    #expect(reading.said.goAways.count == 2)
    #expect(reading.session.isOver)
  }
}
