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

  /// Takes bytes off until there are so many of a head; false where they have not come.
  private mutating func take(from bytes: inout ArraySlice<UInt8>, upTo count: Int) -> Bool {
    let part = bytes.prefix(max(0, count - head.count))
    head.append(contentsOf: part)
    bytes = bytes.dropFirst(part.count)
    return head.count >= count
  }

  /// Of a PRIORITY the stream that it depends on is looked at too.
  private static let dependencyLength = 4
  static let headLength = 9
}
