public import TLS

/// A byte stream over a socket, with or without TLS. It stays with the one task that serves it.
public final class Connection {
  private var stream: SocketStream
  private let tls: TLSSession?

  /// A connection that has sent and received nothing yet.
  public init(_ socket: Socket, tls: TLSSession? = nil) {
    stream = SocketStream(socket)
    self.tls = tls
  }

  /// What came of waiting for bytes.
  public enum Received: Hashable, Sendable {
    /// Some were added to the input.
    case bytes
    /// The peer has sent its last byte.
    case end
    /// Another task has used the connection's `Call`.
    case called
    /// The loop has come to the phase that ends the wait, and no byte was there.
    case drained
  }

  /// When the bytes received last arrived, or a little earlier: the time that they waited for their turn counts.
  public var lastArrival: Instant { stream.lastArrival }

  /// What went over the wire, as TLS has it, since this was asked last.
  public func takeTraffic() -> Traffic { stream.takeTraffic() }

  /// The address of the peer.
  public var peer: Endpoint { stream.socket.peer }

  /// The protocol that ALPN agreed on, or `nil`.
  public var negotiatedProtocol: String? { tls?.negotiatedProtocol }

  /// Waits for the peer to begin its handshake, if there is TLS.
  ///
  /// - Parameter phase: the loop's phase that ends the wait, if no byte is there.
  /// - Throws: `TransportError` at the deadline, or if the peer ends the connection before it says anything.
  public func awaitHello(
    until deadline: Instant, endedBy phase: LoopPhase = .aborting
  ) async throws(TransportError) -> Received {
    guard let tls else { return .bytes }
    let received = try await unsafe stream.read(until: deadline, endedBy: phase, tls.receive)
    if received == .end {
      throw .tls(TLSError("TLS handshake", reasons: ["the peer closed the connection"], .silent))
    }
    return received
  }

  /// Shakes hands, if there is TLS. Each step waits for its turn among the handshakes of the loop.
  ///
  /// - Throws: `TransportError` if the peer is no TLS peer, is not trusted, or is not done by the deadline.
  public func handshake(until deadline: Instant) async throws(TransportError) {
    guard let tls else { return }
    while true {
      let progress = try await step(of: tls, until: deadline)
      switch progress {
      case .complete: return
      case .failed(let error): throw .tls(error)
      case .incomplete: break
      }
      if case .end = try await unsafe stream.read(until: deadline, tls.receive) {
        throw .tls(TLSError("TLS handshake", reasons: ["the peer closed the connection"], .interrupted))
      }
    }
  }

  /// Does what can be done of a handshake with what is there, and sends what OpenSSL has to say.
  private func step(
    of tls: TLSSession, until deadline: Instant
  ) async throws(TransportError) -> TLSSession.Progress<Void> {
    await stream.socket.handshakes.enter()
    let isLate = deadline <= .now
    let progress = isLate ? .incomplete : tls.handshake()
    await stream.socket.handshakes.leave()
    guard !isLate else { throw .timedOut("TLS handshake") }
    try await stream.write(tls.takeOutput(), until: deadline)
    return progress
  }

  /// Adds what the peer sends to `input`, waiting if nothing is there yet.
  ///
  /// - Parameter phase: the loop's phase that ends the wait, if no byte is there.
  /// - Throws: `TransportError` at the deadline, or if the connection breaks. An end without notice by TLS counts as
  ///   broken: an attacker could have cut the connection there (RFC 8446 section 6.1).
  public func receive(
    into input: inout [UInt8], until deadline: Instant, endedBy phase: LoopPhase = .aborting
  ) async throws(TransportError) -> Received {
    guard let tls else {
      return try await unsafe stream.read(until: deadline, endedBy: phase) { unsafe input.append(contentsOf: $0) }
    }
    while true {
      switch tls.read(into: &input) {
      case .complete(let count): return count > 0 ? .bytes : .end
      case .failed(let error): throw await afterAlert(error, of: tls, until: deadline)
      case .incomplete: break
      }
      // Reading may have made OpenSSL want to say something, such as new keys.
      let output = tls.takeOutput()
      if !output.isEmpty { try await stream.write(output, until: deadline) }
      let end = tls.holdsPartOfRecord ? .aborting : phase
      switch try await unsafe stream.read(until: deadline, endedBy: end, tls.receive) {
      case .bytes: break
      case .called: return .called
      case .drained: return .drained
      case .end:
        throw .tls(TLSError("TLS read", reasons: ["the peer closed the connection without notice"], .interrupted))
      }
    }
  }

  /// Waits for a call and receives nothing: the peer has sent its last byte, or there is no room for more.
  ///
  /// It may also end for no reason, or at the deadline.
  ///
  /// - Throws: `TransportError` if the loop stops.
  public func pause(until deadline: Instant) async throws(TransportError) {
    try await stream.pause(until: deadline)
  }

  /// How other tasks end the wait to receive.
  public var call: Call { Call(stream.socket) }

  /// Sends bytes, waiting as long as the peer takes none.
  ///
  /// - Throws: `TransportError` at the deadline, or if the connection is broken.
  public func send(_ bytes: [UInt8], until deadline: Instant) async throws(TransportError) {
    guard let tls else { return try await stream.write(bytes, until: deadline) }
    if case .failed(let error) = tls.write(bytes) { throw await afterAlert(error, of: tls, until: deadline) }
    let output = tls.takeOutput()
    try await stream.write(output, until: deadline)
    tls.giveBack(consume output)
  }

  /// A failure of TLS, once the alert that OpenSSL has written about it is on its way: the peer should learn why.
  private func afterAlert(_ error: TLSError, of tls: TLSSession, until deadline: Instant) async -> TransportError {
    try? await stream.write(tls.takeOutput(), until: deadline)
    return .tls(error)
  }

  /// Ends our side after a failure of TLS and drops what the peer still sends, until it ends, the deadline passes or
  /// the loop closes.
  ///
  /// A socket that is closed with bytes unread is reset, and the reset overtakes the alert (RFC 9112 section 9.6).
  public func dropRest(until deadline: Instant) async {
    stream.socket.finishWriting()
    while case .bytes? = try? await unsafe stream.read(until: deadline, endedBy: .closing, { _ in }) {}
  }

  /// Says that nothing more will be sent; the peer may still send.
  public func finishSending(until deadline: Instant) async throws(TransportError) {
    if let tls {
      tls.finishWriting()
      try await stream.write(tls.takeOutput(), until: deadline)
    }
    stream.socket.finishWriting()
  }
}

/// Bytes that have gone over a wire.
public struct Traffic: Hashable, Sendable {
  /// From the peer.
  public var received = 0
  /// To the peer.
  public var sent = 0
}

/// Wakes the task that waits to receive from a connection, or will wait next: another task has something for it.
public struct Call: Sendable {
  private let socket: Socket

  init(_ socket: Socket) { self.socket = socket }

  /// Ends the wait with `Connection.Received.called`. Calls before the next wait count as one.
  public func callAsFunction() { socket.call() }

  /// Ends the connection at once, whatever the task is at. Its next read or write fails.
  public func breakOff() { socket.breakOff() }
}
