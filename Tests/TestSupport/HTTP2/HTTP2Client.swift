public import TLS
public import Transport

/// A client that speaks HTTP/2 frame by frame. It stays with one task.
public final class HTTP2Client {
  private let client: WireClient
  /// What the server has said so far.
  public private(set) var said = HTTP2Transcript()
  /// Whether the server has ended the connection.
  public private(set) var hasEnded = false
  private var sent: [Int: Int] = [:]
  private var mayReply = true

  /// Connects, and says hello, with windows that nothing of ours fills.
  ///
  /// - Parameter hello: what it says first, if that is something else.
  public static func connect(
    to endpoint: Endpoint, tls: TLSContext?, hello: [UInt8] = HTTP2Client.wideHello
  ) async throws -> HTTP2Client {
    let client = HTTP2Client(try await WireClient.connect(to: endpoint, tls: tls))
    try await client.send(hello)
    return client
  }

  private init(_ client: WireClient) { self.client = client }

  /// The preface, and windows of 2 GiB.
  public static let wideHello =
    HTTP2Bytes.preface + HTTP2Bytes.frame(.settings, [0, 4] + HTTP2Bytes.number(Int(Int32.max)))
    + HTTP2Bytes.frame(.windowUpdate, HTTP2Bytes.number(1 << 30))

  /// The protocol that ALPN agreed on.
  public var negotiatedProtocol: String? { client.negotiatedProtocol }

  /// Sends bytes as they are.
  public func send(_ bytes: [UInt8]) async throws { try await client.send([bytes]) }

  /// Says that nothing more will be sent.
  public func finishSending() async throws {
    mayReply = false
    try await unlessLeft { try await client.finishSending() }
  }

  /// Asks, with a body of any size, as fast as the server's windows let it come.
  public func request(
    _ method: String, _ path: String, body: [UInt8] = [], fields: [(String, String)] = [], on stream: Int
  ) async throws {
    let head = HTTP2Bytes.head(method, path) + fields
    try await send(HTTP2Bytes.headers(on: stream, head, ends: body.isEmpty))
    var rest = body[...]
    while !rest.isEmpty, !said[stream].hasEnded {
      let part = rest.prefix(min(16_384, room(on: stream)))
      guard !part.isEmpty else {
        guard try await receive() else { return }
        continue
      }
      rest = rest.dropFirst(part.count)
      sent[stream, default: 0] += part.count
      sent[0, default: 0] += part.count
      try await send(HTTP2Bytes.frame(.data, Array(part), rest.isEmpty ? .endStream : [], on: stream))
    }
  }

  /// Waits until a stream has ended.
  public func response(on stream: Int) async throws -> HTTP2Transcript.Stream {
    try await wait("stream \(stream)") { $0[stream].hasEnded }
    return said[stream]
  }

  /// Waits for something that the server says.
  public func wait(_ what: String, until isSaid: (HTTP2Transcript) -> Bool) async throws {
    while !isSaid(said) {
      guard try await receive() else {
        throw HTTP2Transcript.Fault(description: "the end of the connection, not \(what): \(said.goAways)")
      }
    }
  }

  /// Waits for the end of the connection.
  public func end() async throws { while try await receive() {} }

  private func room(on stream: Int) -> Int {
    let initial = said.settings[4] ?? 65_535
    return min(65_535 + said.window - sent[0, default: 0], initial + said[stream].window - sent[stream, default: 0])
  }

  private func receive() async throws -> Bool {
    guard !hasEnded else { return false }
    guard let bytes = try await client.bytes() else {
      hasEnded = true
      return false
    }
    try said.add(bytes)
    let replies = said.takeReplies()
    if mayReply, !replies.isEmpty { try await unlessLeft { try await send(replies) } }
    return true
  }

  /// Does what fails if the server is gone: one that has said GOAWAY may be by now.
  private func unlessLeft(_ body: () async throws -> Void) async throws {
    do { try await body() } catch is TransportError where !said.goAways.isEmpty {}
  }
}
