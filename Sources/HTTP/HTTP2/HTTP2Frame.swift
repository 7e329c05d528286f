internal import Transport

/// The first nine bytes of a frame (RFC 9113 section 4.1).
struct HTTP2Frame: Hashable {
  let kind: Kind?
  let flags: UInt8
  let length: Int
  let stream: Int32
  /// The stream that a PRIORITY depends on.
  var dependency: Int32?

  init(kind: Kind?, flags: UInt8, length: Int, stream: Int32) {
    (self.kind, self.flags, self.length, self.stream) = (kind, flags, length, stream)
  }

  /// - Parameter head: nine bytes.
  init(head: [UInt8]) {
    self.init(
      kind: Kind(rawValue: head[3]), flags: head[4], length: Int(HTTP2Frame.number(head[0..<3])),
      stream: HTTP2Frame.number(head[5..<9]))
  }

  /// A number in network order, whose highest bit is reserved.
  static func number(_ bytes: ArraySlice<UInt8>) -> Int32 {
    Int32(bitPattern: bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF)
  }

  /// The types of RFC 9113 section 6; frames of others are ignored (section 5.5).
  enum Kind: UInt8 {
    case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  /// Whether the sender sends nothing more on the stream.
  var endsStream: Bool { (kind == .data || kind == .headers) && flags & 0x1 != 0 }
  /// Whether it may hold nothing of a body: padding does not count.
  var mayBeEmptyData: Bool { kind == .data && !endsStream && (length == 0 || flags & 0x8 != 0) }
  /// Whether it acknowledges a SETTINGS or PING.
  var acknowledges: Bool { (kind == .settings || kind == .ping) && flags & 0x1 != 0 }
}

/// Why a stream or a connection ends (RFC 9113 section 7), as far as we say it.
enum HTTP2ErrorCode: UInt32 {
  case noError = 0x0
  case protocolError = 0x1
  case internalError = 0x2
  case streamClosed = 0x5
  case refusedStream = 0x7
  case enhanceYourCalm = 0xB
}

/// Finds the heads of all frames in a client's bytes. nghttp2 reports neither frames of unknown types nor frames on
/// closed streams.
struct HTTP2FrameScanner {
  /// Bytes to skip: the preface (RFC 9113 section 3.4) at first, then payloads.
  private var toSkip = 24
  private var head: [UInt8] = []

  /// The next head that ends in `bytes`, whose beginning it takes off up to there; `nil` if there is none, and all is
  /// taken.
  mutating func next(in bytes: inout ArraySlice<UInt8>) -> HTTP2Frame? {
    let skipped = min(toSkip, bytes.count)
    toSkip -= skipped
    bytes = bytes.dropFirst(skipped)
    guard take(from: &bytes, upTo: HTTP2FrameScanner.headLength) else { return nil }
    var frame = HTTP2Frame(head: head)
    if frame.kind == .priority, frame.length >= HTTP2FrameScanner.dependencyLength {
      guard take(from: &bytes, upTo: HTTP2FrameScanner.headLength + HTTP2FrameScanner.dependencyLength) else {
        return nil
      }
      frame.dependency = HTTP2Frame.number(head[HTTP2FrameScanner.headLength...])
    }
    toSkip = frame.length - (head.count - HTTP2FrameScanner.headLength)
    head.removeAll(keepingCapacity: true)
    return frame
  }

  /// Takes bytes off until there are so many of a head; false if they have not come.
  private mutating func take(from bytes: inout ArraySlice<UInt8>, upTo count: Int) -> Bool {
    let part = bytes.prefix(max(0, count - head.count))
    head.append(contentsOf: part)
    bytes = bytes.dropFirst(part.count)
    return head.count >= count
  }

  /// A PRIORITY is read up to the stream that it depends on.
  private static let dependencyLength = 4
  static let headLength = 9
}

/// Limits a peer's idle frames: a token bucket that each of them takes from, and that time and useful work fill.
struct HTTP2Allowance {
  private let most: Double
  private let perSecond: Double
  private var left: Double
  private var filled: Instant

  init(limits: HTTP2Limits, at now: Instant) {
    most = Double(limits.idleFrames)
    perSecond = Double(limits.idleFramesPerSecond)
    left = most
    filled = now
  }

  /// Takes tokens; false if the bucket is empty.
  mutating func take(_ count: Int) -> Bool {
    left -= Double(count)
    return left >= 0
  }

  /// Adds tokens for useful work.
  mutating func earn(_ count: Int) { left = min(most, left + Double(count)) }

  /// Adds the tokens that time has earned.
  mutating func fill(at now: Instant) {
    left = min(most, left + perSecond * (filled.duration(to: now) / .seconds(1)))
    filled = now
  }
}
