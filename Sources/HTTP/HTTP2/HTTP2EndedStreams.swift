/// The streams that the peer has ended lately: what it still sends there ends the connection (RFC 9113 section 5.1).
///
/// nghttp2 would keep all that it knows of closed streams for that. A stream that only we have reset is not among them:
/// its peer may not know yet. Nor is a number that the peer has skipped.
struct HTTP2EndedStreams {
  private var ended: [Int32] = []
  /// Streams that the peer has begun and not ended.
  private var open: [Int32] = []
  private var highest: Int32 = 0

  /// Takes note of a frame; false if it may not be where it is.
  mutating func allows(_ frame: HTTP2Frame) -> Bool {
    let mustBeOpen = frame.kind == .data || frame.kind == .headers
    if mustBeOpen, ended.contains(frame.stream) { return false }
    if frame.kind == .headers, frame.stream > highest {
      highest = frame.stream
      HTTP2EndedStreams.add(frame.stream, to: &open)
    }
    if frame.endsStream || frame.kind == .resetStream { end(frame.stream) }
    return true
  }

  private mutating func end(_ stream: Int32) {
    guard let index = open.lastIndex(of: stream) else { return }
    open.remove(at: index)
    HTTP2EndedStreams.add(stream, to: &ended)
  }

  private static func add(_ stream: Int32, to streams: inout [Int32]) {
    if streams.count == HTTP2EndedStreams.most { streams.removeFirst() }
    streams.append(stream)
  }

  /// Twice as many as may be open at once: nghttp2 would keep as many.
  private static let most = 200
}
