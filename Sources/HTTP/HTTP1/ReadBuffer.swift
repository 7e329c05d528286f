/// Bytes that have been received and not yet read.
struct ReadBuffer {
  /// What is there; received bytes are added at the end. `compact()` first.
  var bytes: [UInt8] = []
  private var start = 0
  private var searched = 0

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  /// How much room is kept from one read to the next.
  private static let kept = 16384

  /// How many bytes there are to read.
  var count: Int { bytes.count - start }

  /// Takes the bytes up to an empty line, which goes too; `nil` if that has not come yet.
  ///
  /// Empty lines before it are skipped (RFC 9112 section 2.2).
  ///
  /// - Throws: `WireError` for a line that ends in a bare LF, and if the end cannot come within `limit` bytes.
  mutating func head(atMost limit: Int) throws(WireError) -> ArraySlice<UInt8>? {
    // The limit comes first in every step, so that the verdict is the same at whatever pace the bytes came.
    while let feed = nextLineFeed() {
      guard feed - start < limit else { throw .headTooLarge(limit: "\(limit) bytes") }
      try expectCarriageReturn(before: feed)
      searched = feed + 1
      if feed == start + 1 {
        start = feed + 1
      } else if bytes[feed - 2] == ReadBuffer.lineFeed {
        defer { start = feed + 1 }
        return bytes[start..<(feed - 3)]
      }
    }
    guard count < limit else { throw .headTooLarge(limit: "\(limit) bytes") }
    return nil
  }

  /// Takes one line, which goes with its CR LF; `nil` if its end has not come yet.
  ///
  /// - Throws: `WireError` for a line that has a CR or LF without the other, or is longer than `limit` bytes.
  mutating func line(atMost limit: Int) throws(WireError) -> ArraySlice<UInt8>? {
    let feed = nextLineFeed()
    let length = feed.map { $0 - 1 - start } ?? (count - 1)
    guard length <= limit else { throw .malformed("a line in a chunked body, longer than expected") }
    guard let feed else { return nil }
    try expectCarriageReturn(before: feed)
    let line = bytes[start..<(feed - 1)]
    guard !line.contains(ReadBuffer.carriageReturn) else { throw .malformed("a CR within a line") }
    (start, searched) = (feed + 1, feed + 1)
    return line
  }

  /// Takes as many bytes as are there, at most `limit`.
  mutating func take(atMost limit: Int) -> ArraySlice<UInt8> {
    let end = start + min(limit, count)
    defer { (start, searched) = (end, end) }
    return bytes[start..<end]
  }

  /// Gives up the room of what has been read. Not done while reading, when slices of it are still in use.
  ///
  /// - Parameter isIdle: whether nothing is expected soon; then all room goes, as there may be many who wait.
  mutating func compact(isIdle: Bool = false) {
    guard !isIdle || count > 0 else { return self = ReadBuffer() }
    guard start > 0, start == bytes.count || start > ReadBuffer.kept else { return }
    if start == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= ReadBuffer.kept)
    } else {
      bytes.removeFirst(start)
    }
    searched -= start
    start = 0
  }

  /// Finds the end of the next line. Bytes that were searched before are not searched again.
  private mutating func nextLineFeed() -> Int? {
    let feed = bytes[searched...].place(of: ReadBuffer.lineFeed)
    if feed == nil { searched = bytes.count }
    return feed
  }

  private func expectCarriageReturn(before feed: Int) throws(WireError) {
    guard feed > start, bytes[feed - 1] == ReadBuffer.carriageReturn else {
      throw .malformed("a line that ends in LF alone")
    }
  }
}
