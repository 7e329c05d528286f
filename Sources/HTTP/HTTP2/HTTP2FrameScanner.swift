/// Finds the heads of frames in a client's bytes, whether nghttp2 will look at them or pass over them: it ignores, and
/// tells nobody of, frames of unknown types and frames on streams that are closed.
struct HTTP2FrameScanner {
  /// Bytes to pass over: the preface (RFC 9113 section 3.4) at first, then payloads.
  private var toSkip = 24
  private var head: [UInt8] = []

  /// The next head that ends in `bytes`, whose beginning it takes off up to there; `nil` where there is none, and all is
  /// taken.
  mutating func next(in bytes: inout ArraySlice<UInt8>) -> HTTP2Frame? {
    let skipped = min(toSkip, bytes.count)
    toSkip -= skipped
    bytes = bytes.dropFirst(skipped)
    let part = bytes.prefix(HTTP2FrameScanner.headLength - head.count)
    head.append(contentsOf: part)
    bytes = bytes.dropFirst(part.count)
    guard head.count == HTTP2FrameScanner.headLength else { return nil }
    let frame = HTTP2Frame(head: head)
    head.removeAll(keepingCapacity: true)
    toSkip = frame.length
    return frame
  }

  static let headLength = 9
}
