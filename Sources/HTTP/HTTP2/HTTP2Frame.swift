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
