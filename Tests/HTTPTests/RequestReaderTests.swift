import HTTPTypes
import TestSupport
import Testing

@testable import HTTP

struct RequestReaderTests {
  @Test(arguments: GoodRequest.all)
  func `a good request is read, wherever it is cut`(good: GoodRequest) {
    let bytes = Array(good.text.utf8)
    for pieces in [[bytes], bytes.oneByOne] + bytes.cutOnce {
      let reading = Reading(pieces, limits: .narrow)
      #expect(reading.requests == good.requests)
      #expect(reading.error == nil)
      #expect(!reading.isCutShort)
    }
  }

  @Test(arguments: GoodRequest.all)
  func `a good request that ends early is waited for, and no error`(good: GoodRequest) {
    let bytes = Array(good.text.utf8)
    for length in bytes.indices {
      let reading = Reading([Array(bytes[..<length])], limits: .narrow)
      #expect(reading.error == nil)
      #expect(reading.requests.count < good.requests.count)
    }
  }

  @Test(arguments: BadRequest.all)
  func `a bad request is refused for the same reason, wherever it is cut`(bad: BadRequest) throws {
    let bytes = Array(bad.text.utf8)
    let whole = Reading([bytes], limits: .narrow)
    let error = try #require(whole.error)
    #expect(error.status.code == bad.status)
    #expect(error.description.contains(bad.reason))
    #expect(whole.requests == [])
    for pieces in [bytes.oneByOne] + bytes.cutOnce {
      #expect(Reading(pieces, limits: .narrow) == whole)
    }
  }

  @Test func `requests behind each other are read in order, in pieces of any length`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let goods = GoodRequest.all.shuffled(using: &generator)
      let bytes = goods.flatMap { Array($0.text.utf8) }
      let reading = Reading(bytes.cut(by: &generator, longest: 97), limits: .narrow)
      #expect(reading.requests == goods.flatMap(\.requests))
      #expect(reading.error == nil)
    }
  }

  @Test func `a request before a bad one is read, nothing after it is`() {
    let good = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
    let reading = Reading([Array("\(good)GET /2\r\n\r\n\(good)".utf8)], limits: .narrow)
    #expect(reading.requests == [ReadRequest("GET", "/1")])
    #expect(reading.error?.status == .badRequest)
  }

  @Test func `mutated requests are read or refused, the same in any pieces`() {
    var generator = SeededGenerator(seed: 2)
    let texts = GoodRequest.all.map(\.text) + BadRequest.all.map(\.text)
    var refused = 0
    for _ in 0..<6000 {
      let text = texts.randomElement(using: &generator) ?? ""
      let bytes = Array(text.utf8).mutated(by: &generator, count: 2)
      let whole = Reading([bytes], limits: .narrow)
      #expect(Reading(bytes.cut(by: &generator, longest: 20), limits: .narrow) == whole)
      if whole.error != nil { refused += 1 }
    }
    #expect((1000..<6000).contains(refused))
  }

  @Test func `random bytes are refused or waited for`() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2000 {
      let bytes = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(Reading([bytes], limits: .narrow).requests == [])
    }
  }

  @Test func `a head is told of once, if its body has not come with it`() throws {
    var reader = HTTP1RequestReader(limits: HTTPLimits())
    reader.buffer.bytes += Array("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na".utf8)
    guard case .head = try reader.next(), case .incomplete = try reader.next() else {
      Issue.record("expected the head, then nothing")
      return
    }
    #expect(reader.hasBegun)
    reader.buffer.bytes += Array("b".utf8)
    guard case .request(_, let body) = try reader.next(), case .incomplete = try reader.next() else {
      Issue.record("expected the request, then nothing")
      return
    }
    #expect(body == Array("ab".utf8))
    #expect(!reader.hasBegun)
  }
}
