package import TLS

/// A client and a server of TLS, wired to each other in memory.
package struct WiredSessions {
  package let client: TLSSession
  package let server: TLSSession

  package init(client: TLSContext, server: TLSContext, host: String = "localhost") throws {
    self.client = try TLSSession(client, as: .client(host: host))
    self.server = try TLSSession(server, as: .server)
  }

  package init(_ pair: TLSPair, host: String = "localhost") throws {
    try self.init(client: pair.client, server: pair.server, host: host)
  }

  /// How a handshake ended, and how long each flight was.
  package struct Handshake {
    package var client = Side.incomplete
    package var server = Side.incomplete
    package var flights: [Int] = []

    package var isComplete: Bool { client == .complete && server == .complete }
  }

  package enum Side: Hashable {
    case incomplete
    case complete
    case failed(TLSError)

    package var error: TLSError? { if case .failed(let error) = self { error } else { nil } }

    package init(_ progress: TLSSession.Progress<Void>) {
      switch progress {
      case .incomplete: self = .incomplete
      case .complete: self = .complete
      case .failed(let error): self = .failed(error)
      }
    }
  }

  /// Shakes hands until neither side has anything more to say.
  ///
  /// - Parameter cut: in which pieces a flight arrives, by its number from 0 and its bytes.
  package func shakeHands(cut: (Int, [UInt8]) -> [[UInt8]] = { [$1] }) -> Handshake {
    var handshake = Handshake(client: Side(client.handshake()))
    var isClients = true
    while case let flight = (isClients ? client : server).takeOutput(), !flight.isEmpty {
      handshake.flights.append(flight.count)
      for piece in cut(handshake.flights.count - 1, flight) {
        if isClients {
          handshake.server = server.handshake(after: piece)
        } else {
          handshake.client = client.handshake(after: piece)
        }
      }
      isClients.toggle()
    }
    return handshake
  }
}

extension TLSSession {
  package func receive(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe receive($0) } }

  package func handshake(after bytes: [UInt8]) -> WiredSessions.Side {
    receive(bytes)
    return WiredSessions.Side(handshake())
  }

  /// Reads all that is there; `isEnd` if the peer has said that nothing more comes.
  package func readAll() throws -> (bytes: [UInt8], isEnd: Bool) {
    var bytes: [UInt8] = []
    while true {
      switch read(into: &bytes) {
      case .incomplete: return (bytes, false)
      case .complete(0): return (bytes, true)
      case .complete: continue
      case .failed(let error): throw error
      }
    }
  }

  /// Encrypts, and takes the ciphertext.
  package func encrypt(_ plaintext: [UInt8]) throws -> [UInt8] {
    if case .failed(let error) = write(plaintext) { throw error }
    return takeOutput()
  }
}
