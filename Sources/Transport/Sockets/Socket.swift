internal import CLinux
internal import Glibc
internal import Synchronization

/// A connected TCP socket that one event loop watches; closed with its last reference.
public final class Socket: Sendable {
  private let descriptor: Descriptor
  private let loop: EventLoop

  /// Takes over a connected descriptor.
  init(_ descriptor: Descriptor, on loop: EventLoop) throws(SystemError) {
    var on: CInt = 1
    _ = unsafe setsockopt(descriptor.number, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    try loop.watch(descriptor.number)
    self.descriptor = descriptor
    self.loop = loop
  }

  deinit { loop.forget(descriptor.number) }

  /// The address of the peer.
  public var peer: Endpoint { SocketAddress.peer(of: descriptor.number).endpoint }

  /// What a read or a write that does not wait has come to.
  enum Transfer {
    case bytes(Int)
    case end
    case notYet
  }

  /// Reads what is there, without waiting.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Transfer {
    let count = unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
    let code = errno
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    guard code == EAGAIN || code == EINTR else { throw SystemError("read", code: code) }
    return .notYet
  }

  /// Writes what the kernel takes, without waiting.
  func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Transfer {
    let count = unsafe send(descriptor.number, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
    let code = errno
    if count >= 0 { return .bytes(count) }
    guard code == EAGAIN || code == EINTR else { throw SystemError("write", code: code) }
    return .notYet
  }

  /// Says that nothing more will be written.
  func finishWriting() { shutdown(descriptor.number, CInt(SHUT_WR)) }

  /// Ends both directions at once. What the peer has not taken the kernel drops when the socket is closed, which it
  /// would otherwise keep for minutes (socket(7), `SO_LINGER`).
  func breakOff() {
    var now = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    shutdown(descriptor.number, CInt(SHUT_RDWR))
  }

  /// Why connecting failed, 0 if it did not.
  var pendingError: CInt {
    var code: CInt = 0
    var size = socklen_t(MemoryLayout<CInt>.size)
    _ = unsafe getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  /// Room to read into; see `EventLoop.inbox`.
  func withInbox<Value: Sendable>(
    _ body: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    try loop.inbox.withLock { room throws(SystemError) in
      try unsafe room.withUnsafeMutableBufferPointer { buffer throws(SystemError) in
        try unsafe body(UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }

  /// Where a handshake on this socket waits for its turn.
  var handshakes: TurnQueue { loop.handshakes }

  /// Ends the wait to read, or the next one; see `EventLoop.call`.
  func call() { loop.call(descriptor.number) }

  /// Waits until the socket can be read or written; see `EventLoop.wait`.
  func wait(
    for direction: EventLoop.Direction, until deadline: Instant?,
    endedBy phase: LoopPhase = .aborting
  ) async -> EventLoop.Wake {
    await loop.wait(for: direction, of: descriptor.number, until: deadline, endedBy: phase)
  }
}

/// A file descriptor, closed with its last reference.
///
/// A class, because an accepted connection passes from the task that accepts to the one that serves.
final class Descriptor: Sendable {
  let number: CInt

  /// Takes over what a system call returned.
  ///
  /// - Throws: `SystemError` if that is -1; `errno` must still be the call's.
  init(owning number: CInt, from operation: String) throws(SystemError) {
    let code = errno
    guard number >= 0 else { throw SystemError(operation, code: code) }
    self.number = number
  }

  /// A new TCP socket that never blocks.
  static func stream(_ family: CInt, from operation: String) throws(SystemError) -> Descriptor {
    let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    return try Descriptor(owning: socket(family, CInt(flags), 0), from: operation)
  }

  deinit { close(number) }
}

extension Socket {
  /// Connects to an endpoint, trying its addresses in order.
  ///
  /// Each has its share of the time that is left, so that one which is silent leaves some to the next.
  ///
  /// - Throws: `TransportError` if none can be reached before the deadline.
  public static func connect(
    to endpoint: Endpoint, on loop: EventLoop, until deadline: Instant
  ) async throws(TransportError) -> Socket {
    let addresses: [SocketAddress]
    do throws(SystemError) {
      addresses = try SocketAddress.resolve(endpoint, toListen: false)
    } catch { throw .system(error) }
    return try await connect(toOneOf: addresses, of: endpoint, on: loop, until: deadline)
  }

  static func connect(
    toOneOf addresses: [SocketAddress], of endpoint: Endpoint, on loop: EventLoop, until deadline: Instant
  ) async throws(TransportError) -> Socket {
    var failure = TransportError.system(SystemError("resolve \(endpoint)", code: ENXIO))
    for (index, address) in addresses.enumerated() {
      let now = Instant.now
      let share = now.duration(to: deadline) / (addresses.count - index)
      do throws(TransportError) {
        return try await connect(to: address, named: endpoint, on: loop, until: now + share)
      } catch {
        failure = error
        guard error != .stopped else { break }
      }
    }
    throw failure
  }

  private static func connect(
    to address: SocketAddress, named endpoint: Endpoint, on loop: EventLoop, until deadline: Instant
  ) async throws(TransportError) -> Socket {
    let operation = "connect to \(endpoint)"
    let socket: Socket
    do throws(SystemError) {
      let descriptor = try Descriptor.stream(address.family, from: operation)
      let result = unsafe address.withPointer { unsafe Glibc.connect(descriptor.number, $0, $1) }
      let code = errno
      guard result == 0 || code == EINPROGRESS else { throw SystemError(operation, code: code) }
      socket = try Socket(descriptor, on: loop)
    } catch { throw .system(error) }
    switch await socket.wait(for: .write, until: deadline) {
    case .ready, .called: break
    case .timedOut: throw .timedOut(operation)
    case .ended: throw .stopped
    }
    let code = socket.pendingError
    guard code == 0 else { throw .system(SystemError(operation, code: code)) }
    return socket
  }
}
