/// The first nine bytes of a frame (RFC 9113 section 4.1).
struct HTTP2Frame: Hashable {
  let kind: Kind?
  let flags: UInt8
  let length: Int
  let stream: Int32

  /// The types of RFC 9113 section 6; frames of others are ignored (section 5.5).
  enum Kind: UInt8 {
    case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  /// Whether the sender sends nothing more on the stream.
  var endsStream: Bool { (kind == .data || kind == .headers) && flags & 0x1 != 0 }
  /// Whether it acknowledges a SETTINGS or PING.
  var acknowledges: Bool { (kind == .settings || kind == .ping) && flags & 0x1 != 0 }
}

/// Why a stream or a connection ends (RFC 9113 section 7), as far as we say it.
enum HTTP2ErrorCode: UInt32 {
  case noError = 0x0
  case protocolError = 0x1
  case internalError = 0x2
  case refusedStream = 0x7
  case enhanceYourCalm = 0xB
}
