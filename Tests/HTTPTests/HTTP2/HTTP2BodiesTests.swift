import HTTPTypes
import TestSupport
import Testing

@testable import HTTP

/// How much of large bodies a session lets come, in memory, at times that are told.
struct HTTP2BodiesTests {
  /// Room for one body of 100,000 bytes, and a first window of 30,000 for the others.
  private static let limits: HTTPLimits = {
    var limits = HTTPLimits()
    (limits.body, limits.http2.firstWindow) = (100_000, 30_000)
    limits.memory.large = 100_000
    return limits
  }()

  /// The same with 30 s for a body.
  private let patient: HTTPLimits = {
    var limits = Self.limits
    limits.bodyTime = .seconds(30)
    return limits
  }()

  /// A connection whose client has acknowledged our settings, so that they hold.
  private static func reading(_ limits: HTTPLimits = limits) throws -> HTTP2Reading {
    var reading = try HTTP2Reading([HTTP2Bytes.hello], limits: limits)
    try reading.feed(reading.said.replies)
    return reading
  }

  /// The same with a part of memory that others use too.
  private static func reading(sharing budget: MemoryBudget, _ peer: String) throws -> HTTP2Reading {
    var reading = try HTTP2Reading(limits: limits, memory: .inMemory(budget, peer: peer))
    try reading.feed(HTTP2Bytes.hello)
    try reading.feed(reading.said.replies)
    return reading
  }

  /// The head of a POST that says how long its body is.
  private static func post(on stream: Int, _ length: Int? = 90_000) -> [UInt8] {
    let length = length.map { [("content-length", "\($0)")] } ?? []
    return HTTP2Bytes.headers(on: stream, HTTP2Bytes.head("POST", "/") + length, ends: false)
  }

  private static func data(on stream: Int, _ count: Int, ends: Bool = false) -> [UInt8] {
    let part = HTTP2Bytes.frame(.data, Array(repeating: 1, count: 10_000), on: stream)
    let end = ends ? HTTP2Bytes.frame(.data, [], .endStream, on: stream) : []
    return repeatElement(part, count: count / 10_000).joined() + end
  }

  private static func reset(_ stream: Int) -> [UInt8] {
    HTTP2Bytes.frame(.resetStream, HTTP2Bytes.number(8), on: stream)
  }

  /// Whether a stream's window has been opened beyond its first.
  private static func mayCome(_ stream: Int, _ reading: HTTP2Reading) -> Bool { reading.said[stream].window > 30_000 }

  @Test func `what bodies that wait send opens the connection's window all the same`() throws {
    var reading = try Self.reading()
    let before = reading.said.window
    for stream in 0..<20 {
      try reading.feed(Self.post(on: 2 * stream + 1) + Self.data(on: 2 * stream + 1, 30_000))
    }
    #expect(reading.said.window - before > 0)
    // Half of the window may be owed before it is opened again (nghttp2).
    #expect(reading.said.window - before + 512 * 1024 >= 20 * 30_000)
  }

  @Test func `the oldest bodies come whole, and the others stop at their first window`() throws {
    var reading = try Self.reading()
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    #expect([1, 3, 5].map { Self.mayCome($0, reading) } == [true, false, false])
    #expect([3, 5].map { reading.said[$0].window } == [0, 0])
    try reading.feed(Self.data(on: 1, 60_000, ends: true))
    #expect(reading.requests.map(\.stream) == [1])
  }

  @Test func `bodies come in their order, as those before them are answered`() throws {
    var reading = try Self.reading()
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    for (stream, next) in [(1, 3), (3, 5), (5, 7)] {
      try reading.feed(Self.data(on: stream, 60_000, ends: true))
      #expect(reading.requests.last?.body.utf8.count == 90_000)
      #expect(!Self.mayCome(next, reading))
      try reading.answer(Int32(stream), .text(.ok, "hello"))
      #expect(Self.mayCome(next, reading) == (next <= 5))
    }
  }

  @Test func `a body whose stream is gone is held until there is an answer`() throws {
    var reading = try Self.reading()
    try reading.feed(Self.post(on: 1) + Self.post(on: 3) + Self.data(on: 1, 90_000, ends: true))
    #expect(reading.requests.map(\.stream) == [1])
    try reading.feed(Self.reset(1))
    #expect(!Self.mayCome(3, reading))
    try reading.answer(1, .text(.ok, "hello"))
    #expect(Self.mayCome(3, reading))
  }

  @Test func `a body that is given up lets the next one come`() throws {
    var reading = try Self.reading()
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.feed(Self.reset(3))
    #expect(!Self.mayCome(5, reading))
    try reading.feed(Self.reset(1))
    #expect(Self.mayCome(5, reading))
  }

  @Test func `a body that is refused lets the next one come`() throws {
    var reading = try Self.reading()
    for stream in [1, 3] { try reading.feed(Self.post(on: stream, nil)) }
    try reading.feed(Self.data(on: 1, 110_000))
    #expect(reading.refusals == [HTTP2Refusal(stream: 1, error: .bodyTooLarge(limit: 100_000))])
    #expect(Self.mayCome(3, reading))
  }

  @Test func `small bodies wait for nobody`() throws {
    var reading = try Self.reading()
    for stream in [1, 3, 5, 7] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.feed(Self.post(on: 9, 30_000) + Self.data(on: 9, 30_000, ends: true))
    try reading.feed(Self.post(on: 11, nil) + Self.data(on: 11, 10_000, ends: true))
    #expect(reading.requests.map(\.stream) == [9, 11])
  }

  @Test func `a small body of no said length holds no room once it is whole`() throws {
    var reading = try Self.reading()
    try reading.feed(Self.post(on: 1, nil) + Self.post(on: 3))
    #expect(!Self.mayCome(3, reading))
    try reading.feed(Self.data(on: 1, 20_000, ends: true))
    #expect(Self.mayCome(3, reading))
  }

  @Test func `as many bodies come at once as there is room for`() throws {
    var reading = try Self.reading()
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream, 45_000)) }
    #expect([1, 3, 5].map { Self.mayCome($0, reading) } == [true, true, false])
  }

  @Test func `time counts for a body from its turn on`() throws {
    var reading = try Self.reading(patient)
    for stream in [1, 3] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.feed(Self.data(on: 1, 60_000, ends: true), after: .seconds(14))
    try reading.answer(1, .text(.ok, "hello"), after: .seconds(14))
    try reading.wait(.seconds(43))
    #expect(reading.refusals == [])
    try reading.wait(.seconds(44))
    #expect(reading.refusals == [HTTP2Refusal(stream: 3, error: .tooSlow("its body"))])
  }

  @Test func `a body that gets no memory is rejected after half of the body timeout`() throws {
    var reading = try Self.reading(patient)
    for stream in [1, 3] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.feed(Self.data(on: 1, 60_000, ends: true))
    try reading.wait(.seconds(14))
    #expect(reading.turnedAway == [])
    try reading.wait(.seconds(15))
    #expect(reading.turnedAway == [3])
    #expect(reading.session.isIdle == false)
  }

  @Test func `a body that does not come in its turn makes room for the next`() throws {
    var reading = try Self.reading()
    for stream in [1, 3] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.wait(.seconds(10))
    #expect(reading.refusals.map(\.stream) == [1])
    try reading.feed(Self.data(on: 3, 60_000, ends: true), after: .seconds(19))
    #expect(reading.requests.map(\.stream) == [3])
  }

  @Test func `who sends more than a body that waits may, loses its stream`() throws {
    var reading = try Self.reading()
    for stream in [1, 3] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 30_000)) }
    try reading.feed(Self.data(on: 3, 10_000))
    // FLOW_CONTROL_ERROR
    #expect(reading.said[3].reset == 3)
    try reading.feed(Self.data(on: 1, 60_000, ends: true))
    #expect(reading.requests.map(\.stream) == [1])
  }

  @Test func `bodies of one connection wait for those of another`() throws {
    let budget = MemoryBudget(Self.limits, metrics: MemoryMetrics(of: "test"))
    var (first, second) = (try Self.reading(sharing: budget, "a"), try Self.reading(sharing: budget, "b"))
    try first.feed(Self.post(on: 1))
    try second.feed(Self.post(on: 1))
    #expect(!Self.mayCome(1, second))
    try first.feed(Self.reset(1))
    try second.lookAtMemory()
    #expect(Self.mayCome(1, second))
  }

  @Test func `a slow body is rejected in favor of another connection's`() throws {
    let budget = MemoryBudget(Self.limits, metrics: MemoryMetrics(of: "test"))
    var (first, second) = (try Self.reading(sharing: budget, "a"), try Self.reading(sharing: budget, "b"))
    try first.feed(Self.post(on: 1) + Self.data(on: 1, 30_000))
    try second.feed(Self.post(on: 1))
    try second.lookAtMemory(after: .milliseconds(900))
    try first.lookAtMemory(after: .milliseconds(900))
    #expect(first.turnedAway == [])
    try second.lookAtMemory(after: .seconds(1))
    try first.lookAtMemory(after: .seconds(1))
    #expect(first.turnedAway == [1])
    try second.lookAtMemory(after: .seconds(1))
    #expect(Self.mayCome(1, second))
  }

  @Test func `requests are rejected at once if not even a first window has room`() throws {
    var limits = Self.limits
    limits.memory.small = 70_000
    var reading = try Self.reading(limits)
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream, 30_000)) }
    #expect(reading.turnedAway == [5])
    try reading.feed(Self.data(on: 1, 30_000, ends: true))
    try reading.answer(1, .text(.ok, "hello"))
    try reading.feed(Self.post(on: 7, 30_000))
    #expect(reading.turnedAway == [5])
  }

  @Test func `a large body that is whole waits until it may be parsed, and small ones go before`() throws {
    var limits = Self.limits
    (limits.memory.large, limits.memory.work) = (200_000, 1_000_000)
    var reading = try Self.reading(limits)
    for stream in [1, 3] { try reading.feed(Self.post(on: stream) + Self.data(on: stream, 90_000, ends: true)) }
    try reading.feed(Self.post(on: 5, 10_000) + Self.data(on: 5, 10_000, ends: true))
    #expect(reading.requests.map(\.stream) == [1, 5])
    try reading.answer(1, .text(.ok, "hello"))
    #expect(reading.requests.map(\.stream) == [1, 5, 3])
  }

  @Test func `large bodies that become whole in another order are all worked on`() throws {
    var limits = Self.limits
    (limits.memory.large, limits.memory.work) = (300_000, 1_000_000)
    var reading = try Self.reading(limits)
    for stream in [1, 3, 5] { try reading.feed(Self.post(on: stream)) }
    for stream in [1, 5, 3] { try reading.feed(Self.data(on: stream, 90_000, ends: true)) }
    for stream in [1, 3, 5] {
      #expect(reading.requests.last?.stream == Int32(stream))
      try reading.answer(Int32(stream), .text(.ok, "hello"))
    }
  }

  @Test func `a connection that is over holds nothing`() throws {
    let budget = MemoryBudget(Self.limits, metrics: MemoryMetrics(of: "test"))
    var (first, second) = (try Self.reading(sharing: budget, "a"), try Self.reading(sharing: budget, "b"))
    try first.feed(Self.post(on: 1) + Self.data(on: 1, 30_000))
    try second.feed(Self.post(on: 1))
    first.session.releaseMemory()
    try second.lookAtMemory()
    #expect(Self.mayCome(1, second))
  }
}
