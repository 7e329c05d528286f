internal import Glibc

extension Socket {
  /// Connects to an endpoint, trying its addresses in order.
  ///
  /// Each has its share of the time that is left, so that one which is silent leaves some to the next.
  ///
  /// - Throws: `TransportError` where none can be reached before the deadline.
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
