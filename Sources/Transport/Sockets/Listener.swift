internal import CLinux
internal import Glibc
internal import Synchronization

/// A listening TCP socket.
public final class Listener: Sendable {
  private let descriptor: Descriptor
  private let loop: EventLoop
  /// Connections let in since the last wait.
  private let streak = Atomic(0)

  /// Where it listens, with the port that the kernel chose if 0 was asked for.
  public let endpoint: Endpoint

  /// Listens, at `[::]` for IPv4 too; if the machine has no IPv6, `[::]` means `0.0.0.0`.
  ///
  /// - Throws: `SystemError` if the endpoint cannot be had.
  public init(at endpoint: Endpoint, on loop: EventLoop) throws(SystemError) {
    let descriptor = try Listener.open(endpoint)
    try loop.watch(descriptor.number)
    self.endpoint = SocketAddress.local(of: descriptor.number).endpoint
    self.descriptor = descriptor
    self.loop = loop
  }

  deinit { loop.forget(descriptor.number) }

  /// The next connection, watched by no loop yet; `nil` at the deadline, when the loop drains, or when the listener
  /// stops. Connections that came before that are still accepted.
  ///
  /// - Parameter phase: the loop's phase that ends the wait.
  /// - Throws: `SystemError` if the kernel is out of descriptors or memory, or lets nobody in; the listener goes on.
  public func accept(
    until deadline: Instant? = nil, endedBy phase: LoopPhase = .draining
  ) async throws(SystemError) -> Accepted? {
    var isLast = false
    while true {
      await takeTurns()
      let accepted = clinux_accept(descriptor.number)
      let code = errno
      if accepted >= 0 { return Accepted(try Descriptor(owning: accepted, from: "accept")) }
      switch code {
      case EAGAIN:
        if isLast { return nil }
        streak.store(0, ordering: .relaxed)
        switch await loop.wait(for: .read, of: descriptor.number, until: deadline, endedBy: phase) {
        case .ready, .called: break
        case .timedOut, .ended: isLast = true
        }
      case EINVAL: return nil
      default:
        // Only what is wrong with one connection is over with it; all else may stay as it is for long.
        if !Listener.ofOne.contains(code) { throw SystemError("accept", code: code) }
      }
    }
  }

  /// A crowd that comes as fast as it is let in never makes us wait, and the loop's other tasks would never have a
  /// turn.
  private func takeTurns() async {
    guard streak.wrappingAdd(1, ordering: .relaxed).newValue > Listener.longestStreak else { return }
    streak.store(0, ordering: .relaxed)
    await Task.yield()
  }

  private static let longestStreak = 16
  /// What accept(2) says to try again after.
  private static let ofOne: Set = [
    EINTR, ECONNABORTED, EPROTO, ENOPROTOOPT, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET,
  ]

  /// Refuses every connection from now on, also those that the kernel holds until they are accepted.
  public func stop() { shutdown(descriptor.number, CInt(SHUT_RDWR)) }

  private static func open(_ endpoint: Endpoint) throws(SystemError) -> Descriptor {
    let address = try SocketAddress.resolve(endpoint, toListen: true).first
    guard let address else { throw SystemError("resolve \(endpoint)", code: ENXIO) }
    do throws(SystemError) {
      return try open(address, "listen on \(endpoint)")
    } catch {
      let isWildcard = endpoint.host.isEmpty || endpoint.host == "::"
      guard isWildcard, error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL else { throw error }
      return try open(Endpoint(host: "0.0.0.0", port: endpoint.port))
    }
  }

  private static func open(_ address: SocketAddress, _ operation: String) throws(SystemError) -> Descriptor {
    let descriptor = try Descriptor.stream(address.family, from: operation)
    set(SO_REUSEADDR, at: SOL_SOCKET, to: 1, on: descriptor)
    if address.family == AF_INET6 { set(IPV6_V6ONLY, at: CInt(IPPROTO_IPV6), to: 0, on: descriptor) }
    let number = descriptor.number
    guard unsafe address.withPointer({ unsafe bind(number, $0, $1) }) == 0, listen(number, CInt(backlog)) == 0 else {
      throw SystemError(operation, code: errno)
    }
    return descriptor
  }

  /// Connections that the kernel holds until they are accepted; it cuts this to `net.core.somaxconn`.
  public static let backlog = 4096

  private static func set(_ option: CInt, at level: CInt, to value: CInt, on descriptor: Descriptor) {
    var value = value
    _ = unsafe setsockopt(descriptor.number, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}

/// A connection that has been accepted, on its way to the loop that will serve it.
public struct Accepted: Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// The address of the peer.
  public var peer: Endpoint { SocketAddress.peer(of: descriptor.number).endpoint }

  /// The connection as a socket of a loop.
  ///
  /// - Throws: `SystemError` if the loop cannot watch it.
  public func socket(on loop: EventLoop) throws(SystemError) -> Socket { try Socket(descriptor, on: loop) }
}
