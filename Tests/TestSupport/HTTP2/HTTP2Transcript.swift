/// What a server has said on an HTTP/2 connection, as a client has to keep it.
public struct HTTP2Transcript {
  /// One stream, as far as the server is concerned.
  public struct Stream: Hashable, Sendable {
    /// Status codes of interim responses.
    public var interim: [Int] = []
    /// The final status code.
    public var status: Int?
    /// The fields of the response.
    public var fields: [String: String] = [:]
    /// The body so far.
    public var body: [UInt8] = []
    /// Whether the response is whole.
    public var isWhole = false
    /// The error code with which the server has reset the stream.
    public var reset: Int?
    /// How much more the server has let come by WINDOW_UPDATE.
    public var window = 0

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
    /// Whether nothing more comes on it.
    public var hasEnded: Bool { isWhole || reset != nil }
  }

  /// A GOAWAY.
  public struct GoAway: Hashable, Sendable {
    /// The last stream that will be answered.
    public let last: Int
    /// The error code.
    public let code: Int

    /// A GOAWAY.
    public init(last: Int, code: Int) { (self.last, self.code) = (last, code) }
  }

  /// What is wrong with the server's bytes.
  public struct Fault: Error, CustomStringConvertible {
    /// One line for a person.
    public let description: String
  }

  /// Streams by number.
  public private(set) var streams: [Int: Stream] = [:]
  /// The server's settings.
  public private(set) var settings: [Int: Int] = [:]
  /// How much more the server has let come on the connection by WINDOW_UPDATE.
  public private(set) var window = 0
  /// GOAWAYs in order.
  public private(set) var goAways: [GoAway] = []
  /// Numbers of the streams in the order in which their responses became whole.
  public private(set) var finished: [Int] = []
  /// The acknowledgments that a client must send.
  public private(set) var replies: [UInt8] = []
  /// How many PINGs of ours were acknowledged.
  public private(set) var pongs = 0
  private var rest: [UInt8] = []
  private let decoder = FieldDecoder()

  /// Nothing yet.
  public init() {}

  /// A stream, of which the server has perhaps said nothing.
  public subscript(_ stream: Int) -> Stream { streams[stream] ?? Stream() }

  /// Takes the replies, to be sent.
  public mutating func takeReplies() -> [UInt8] {
    defer { replies = [] }
    return replies
  }

  /// Goes on with bytes of the server's.
  public mutating func add(_ bytes: [UInt8]) throws {
    rest += bytes
    while rest.count >= 9 {
      let length = Int(rest[0]) << 16 | Int(rest[1]) << 8 | Int(rest[2])
      guard rest.count >= 9 + length else { return }
      let payload = Array(rest[9..<(9 + length)])
      let stream = HTTP2Transcript.number(rest[5..<9])
      guard let kind = HTTP2Bytes.Kind(rawValue: rest[3]) else { throw Fault(description: "frame type \(rest[3])") }
      try take(kind, HTTP2Bytes.Flags(rawValue: rest[4]), stream, payload)
      rest.removeFirst(9 + length)
    }
  }

  private mutating func take(
    _ kind: HTTP2Bytes.Kind, _ flags: HTTP2Bytes.Flags, _ stream: Int, _ payload: [UInt8]
  ) throws {
    switch kind {
    case .data: streams[stream, default: Stream()].body += payload
    case .headers: try takeHeaders(payload, on: stream, flags)
    case .resetStream: streams[stream, default: Stream()].reset = HTTP2Transcript.number(payload[...])
    case .settings where !flags.contains(.acknowledges): takeSettings(payload)
    case .ping where flags.contains(.acknowledges): pongs += 1
    case .ping: replies += HTTP2Bytes.frame(.ping, payload, .acknowledges)
    case .goAway:
      let (last, code) = (HTTP2Transcript.number(payload[0..<4]), HTTP2Transcript.number(payload[4..<8]))
      goAways.append(GoAway(last: last, code: code))
    case .windowUpdate where stream == 0: window += HTTP2Transcript.number(payload[...])
    case .windowUpdate: streams[stream, default: Stream()].window += HTTP2Transcript.number(payload[...])
    case .settings: break
    default: throw Fault(description: "a frame that no server sends: \(kind)")
    }
    if kind == .data || kind == .headers, flags.contains(.endStream) {
      streams[stream]?.isWhole = true
      finished.append(stream)
    }
  }

  private mutating func takeHeaders(_ block: [UInt8], on stream: Int, _ flags: HTTP2Bytes.Flags) throws {
    guard flags.contains(.endHeaders), let fields = decoder?.fields(block), fields.first?.name == ":status",
      let status = Int(fields[0].value)
    else { throw Fault(description: "no header block") }
    guard status >= 200 else { return streams[stream, default: Stream()].interim.append(status) }
    streams[stream, default: Stream()].status = status
    for (name, value) in fields.dropFirst() {
      guard streams[stream]?.fields.updateValue(value, forKey: name) == nil else {
        throw Fault(description: "\(name) twice")
      }
    }
  }

  private mutating func takeSettings(_ payload: [UInt8]) {
    for place in stride(from: 0, to: payload.count, by: 6) {
      let id = Int(payload[place]) << 8 | Int(payload[place + 1])
      settings[id] = HTTP2Transcript.number(payload[(place + 2)..<(place + 6)])
    }
    replies += HTTP2Bytes.frame(.settings, [], .acknowledges)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
