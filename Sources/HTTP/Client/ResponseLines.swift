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
  /// - Parameter phase: the loop's phase that ends the wait, where no byte is there.
  /// - Throws: `HTTPClientError`; one of them is `cutShort`, where the body ends within a line. After `bodyTooLarge`
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

  /// What is left of the body, as far as it fits into the longest line: what a server says where it refuses.
  ///
  /// - Throws: `HTTPClientError` where the body ends before its length says.
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
