internal import Glibc
internal import TLS

/// A socket that its one task reads from and writes to, waiting when it must.
struct SocketStream {
  let socket: Socket
  /// Whether there may be something to read. A short read says that there is not, until epoll says otherwise, so a
  /// request costs one read. After the peer has hung up no edge follows, so there always may be.
  private var mayRead = true
  private var hungUp = false
  /// Reads since the last wait.
  private var streak = 0
  /// When the bytes that were read last arrived, or a little earlier.
  private(set) var lastArrival = Instant.now
  /// Bytes read and written and not yet taken note of.
  private var traffic = Traffic()

  init(_ socket: Socket) { self.socket = socket }

  /// As much as is read at once: the largest TLS record (RFC 8446 section 5.1) and its head.
  static let chunk = 16384 + 256

  /// How many reads go without a wait. A peer that sends faster than the loop reads never causes one. Without a limit
  /// its loop's other connections would starve and its own deadline would never come.
  private static let longestStreak = 8

  /// Hands what the peer has sent to `take`, waiting if nothing is there yet.
  mutating func read(
    until deadline: Instant, endedBy phase: LoopPhase = .aborting,
    _ take: (UnsafeRawBufferPointer) -> Void
  ) async throws(TransportError) -> Connection.Received {
    while true {
      if mayRead {
        try await takeTurns(until: deadline)
        switch try unsafe readOnce(take) {
        case .bytes: return .bytes
        case .end: return .end
        case .notYet: mayRead = false
        }
      }
      streak = 0
      switch await socket.wait(for: .read, until: deadline, endedBy: phase) {
      case .ready(let hungUp, let since):
        (mayRead, self.hungUp, lastArrival) = (true, hungUp, since)
        // A peer that sends little, but always in time for the next wait, must not put off the deadline.
        guard since < deadline else { throw .timedOut("read") }
      case .timedOut: throw .timedOut("read")
      case .called: return .called
      case .ended: return try unsafe readLast(before: phase, take)
      }
    }
  }

  /// Reads what has come since epoll was asked last.
  private mutating func readLast(
    before phase: LoopPhase, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(TransportError) -> Connection.Received {
    guard phase < .aborting else { throw .stopped }
    lastArrival = .now
    return switch try unsafe readOnce(take) {
    case .bytes: .bytes
    case .end: .end
    case .notYet: .drained
    }
  }

  /// Waits for a call, the deadline or an event of the socket. Nothing is read: the peer has sent its last byte,
  /// or there is no room for more.
  mutating func pause(until deadline: Instant) async throws(TransportError) {
    switch await socket.wait(for: .read, until: deadline) {
    case .ready(let hungUp, let since): (mayRead, self.hungUp, lastArrival) = (true, hungUp, since)
    case .timedOut, .called: break
    case .ended: throw .stopped
    }
  }

  /// Writes all of `bytes`, waiting while the peer takes none. A write that is not done in time ends the connection:
  /// nothing may be sent after half of a message.
  mutating func write(_ bytes: [UInt8], until deadline: Instant) async throws(TransportError) {
    var written = 0
    while written < bytes.count {
      if case .bytes(let count) = try writeOnce(bytes, from: written) {
        written += count
        traffic.sent += count
        continue
      }
      switch await socket.wait(for: .write, until: deadline) {
      case .ready(_, let since) where since < deadline: break
      case .called: break
      case .ready, .timedOut:
        socket.breakOff()
        throw .timedOut("write")
      case .ended: throw .stopped
      }
    }
  }

  /// The bytes read and written since this was asked last.
  mutating func takeTraffic() -> Traffic {
    defer { traffic = Traffic() }
    return traffic
  }

  private mutating func takeTurns(until deadline: Instant) async throws(TransportError) {
    streak += 1
    guard streak > SocketStream.longestStreak else { return }
    streak = 0
    guard deadline > .now else { throw .timedOut("read") }
    await Task.yield()
  }

  private mutating func readOnce(_ take: (UnsafeRawBufferPointer) -> Void) throws(TransportError) -> Socket.Transfer {
    do throws(SystemError) {
      return try unsafe socket.withInbox { buffer throws(SystemError) in
        let transfer = try unsafe socket.read(into: buffer)
        guard case .bytes(let count) = transfer else { return transfer }
        traffic.received += count
        mayRead = hungUp || count == SocketStream.chunk
        unsafe take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return transfer
      }
    } catch { throw .system(error) }
  }

  private func writeOnce(_ bytes: [UInt8], from start: Int) throws(TransportError) -> Socket.Transfer {
    do {
      return try unsafe bytes.withUnsafeBytes { buffer in
        try unsafe socket.write(UnsafeRawBufferPointer(rebasing: buffer[start...]))
      }
    } catch let error as SystemError { throw .system(error) } catch { throw .stopped }
  }
}
