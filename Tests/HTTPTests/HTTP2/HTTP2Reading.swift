import HTTPTypes
import TestSupport
import Transport

@testable import HTTP

/// Everything that a session makes of a client's bytes, without any I/O, at a time that stands still.
struct HTTP2Reading {
  static let start = Instant.now
  let session: HTTP2Session
  private(set) var said = HTTP2Transcript()
  private(set) var requests: [HTTP2Request] = []
  private(set) var refusals: [HTTP2Refusal] = []
  private(set) var turnedAway: [Int32] = []
  private(set) var malformed = 0

  init(limits: HTTPLimits = HTTPLimits(), memory: MemoryAccount? = nil) throws {
    session = try HTTP2Session(limits: limits, memory: memory ?? .inMemory(limits), at: Self.start)
  }

  /// Feeds the pieces and answers nothing.
  init(_ pieces: [[UInt8]], limits: HTTPLimits) throws {
    try self.init(limits: limits)
    for piece in pieces { try feed(piece) }
  }

  /// Feeds bytes, and keeps what comes of them.
  mutating func feed(_ bytes: [UInt8], after time: Duration = .zero) throws {
    session.receive(bytes, at: Self.start + time, since: Self.start + time)
    keepEvents()
    try drain()
  }

  private mutating func keepEvents() {
    while let event = session.nextEvent() {
      switch event {
      case .request(let stream, let request): requests.append(HTTP2Request(stream, request))
      case .refused(let stream, let error): refusals.append(HTTP2Refusal(stream: stream, error: error))
      case .turnedAway(let stream, _): turnedAway.append(stream)
      case .reset: malformed += 1
      }
    }
  }

  /// Lets time pass.
  mutating func wait(_ time: Duration) throws {
    session.expire(at: Self.start + time)
    keepEvents()
    try drain()
  }

  /// Lets it see what others have done to the memory.
  mutating func lookAtMemory(after time: Duration = .zero) throws {
    session.lookAtMemory(at: Self.start + time)
    keepEvents()
    try drain()
  }

  /// Answers a request.
  mutating func answer(_ stream: Int32, _ response: Response, after time: Duration = .zero) throws {
    session.respond(to: stream, with: response, date: "today", at: Self.start + time)
    try drain()
  }

  /// Takes what the session has to say.
  mutating func drain() throws {
    while case let bytes = session.takeOutput(), !bytes.isEmpty { try said.add(bytes) }
    keepEvents()
  }

  /// What is the same in whatever pieces the bytes came.
  var outcome: Outcome {
    Outcome(
      requests: requests, refusals: refusals, goAways: said.goAways, isOver: session.isOver,
      // A stream's reset may go down with its connection.
      resets: session.isOver ? [:] : said.streams.compactMapValues(\.reset))
  }

  struct Outcome: Hashable {
    let requests: [HTTP2Request]
    let refusals: [HTTP2Refusal]
    let goAways: [HTTP2Transcript.GoAway]
    let isOver: Bool
    let resets: [Int: Int]
  }
}

/// A request, as far as tests look at it.
struct HTTP2Request: Hashable {
  let stream: Int32
  let method: String
  let path: String?
  let authority: String?
  let fields: [String]
  let body: String

  init(
    _ stream: Int32 = 1, _ method: String = "GET", _ path: String = "/", at authority: String = "h",
    fields: [String] = [], body: String = ""
  ) {
    (self.stream, self.method, self.path, self.authority) = (stream, method, path, authority)
    (self.fields, self.body) = (fields, body)
  }

  init(_ stream: Int32, _ request: Request) {
    self.init(
      stream, request.head.method.rawValue, request.head.path ?? "", at: request.head.authority ?? "",
      fields: request.head.headerFields.map { "\($0.name): \($0.value)" },
      body: String(decoding: request.body, as: UTF8.self))
  }
}

struct HTTP2Refusal: Hashable {
  let stream: Int32
  let error: WireError
}
