/// Cuts bytes into lines, at whatever pace they come, and keeps no more than one line of what has not been taken.
struct LineBuffer {
  /// Bytes of the longest line that is taken.
  let longest: Int
  private var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0
  /// Whether the rest of a line that was too long is to be dropped.
  private var isSkipping = false

  init(longest: Int) { self.longest = longest }

  /// Whether a line has begun that has not ended.
  var isWithinLine: Bool { isSkipping || start < bytes.count }

  /// Adds bytes that have come, by `body`.
  mutating func fill<Failure: Error, Value>(_ body: (inout [UInt8]) throws(Failure) -> Value) throws(Failure) -> Value {
    if start > 0 {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    return try body(&bytes)
  }

  /// Takes the next line, without its LF; `nil` where its end has not come.
  ///
  /// - Throws: `WireError` once for a line that is too long, which is dropped: the next call goes on behind it.
  mutating func next() throws(WireError) -> [UInt8]? {
    var feed = bytes[searched...].firstIndex(of: UInt8(ascii: "\n"))
    if isSkipping {
      drop(upTo: feed)
      guard !isSkipping else { return nil }
      feed = bytes[searched...].firstIndex(of: UInt8(ascii: "\n"))
    }
    searched = feed ?? bytes.count
    guard searched - start <= longest else {
      drop(upTo: feed)
      throw .bodyTooLarge(limit: longest)
    }
    guard let feed else { return nil }
    defer { (start, searched) = (feed + 1, feed + 1) }
    return Array(bytes[start..<feed])
  }

  /// Drops a line up to its LF, or what is there of it.
  private mutating func drop(upTo feed: Int?) {
    isSkipping = feed == nil
    start = feed.map { $0 + 1 } ?? bytes.count
    searched = start
  }

  /// Takes what is there of a line that will not end.
  mutating func takeRest() -> [UInt8] {
    defer { (start, searched) = (bytes.count, bytes.count) }
    return Array(bytes[start...])
  }
}
