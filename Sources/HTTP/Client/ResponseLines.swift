public import HTTPTypes
public import Transport

/// A response whose body comes line by line, as that of a Kubernetes watch does. It stays with its client's task.
public final class ResponseLines {
  /// Status and header fields.
  public let head: HTTPResponse
  private let client: HTTPClient
  private var reader: HTTP1ResponseReader
  private var buffer: LineBuffer
  private var isWhole = false

  init(_ head: HTTPResponse, _ reader: HTTP1ResponseReader, of client: HTTPClient, buffer: LineBuffer) {
    self.head = head
    self.reader = reader
    self.client = client
    self.buffer = buffer
  }

  /// The next line, without its LF; `nil` after the last.
  ///
  /// - Parameter phase: the loop's phase that ends the wait, if no byte is there.
  /// - Throws: `HTTPClientError`; one of them is `cutShort`, if the body ends within a line. After `bodyTooLarge`
  ///   the next call goes on with the line behind the one that was too long.
  public func next(
    until deadline: Instant, endedBy phase: LoopPhase = .aborting
  ) async throws(HTTPClientError) -> [UInt8]? {
    var isEnd = false
    while true {
      do throws(WireError) {
        if let line = try buffer.next() { return line }
        if !isWhole {
          isWhole = try buffer.fill { piece throws(WireError) in
            try reader.nextPiece(into: &piece, isEnd: isEnd)
          }
        }
        if let line = try buffer.next() { return line }
      } catch { throw .wire(error) }
      if isWhole {
        guard !buffer.isWithinLine else { throw .cutShort }
        return nil
      }
      guard !isEnd else { throw .cutShort }
      isEnd = try await client.receive(into: &reader, until: deadline, endedBy: phase)
    }
  }

  /// What is left of the body, as far as it fits into the longest line: what a server says when it refuses.
  ///
  /// - Throws: `HTTPClientError` if the body ends before its length says.
  public func rest(until deadline: Instant) async throws(HTTPClientError) -> [UInt8] {
    var lines: [[UInt8]] = []
    while true {
      do throws(HTTPClientError) {
        guard let line = try await next(until: deadline) else { break }
        lines.append(line)
      } catch {
        guard error == .cutShort, isWhole else { throw error }
        lines.append(buffer.takeRest())
        break
      }
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }
}

/// Cuts bytes into lines at whatever pace they come, and keeps at most one line that has not been taken.
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

  /// Takes the next line, without its LF; `nil` if its end has not come.
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
