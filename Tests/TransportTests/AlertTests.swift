import TestSupport
import Testing
import TLS

@testable import Transport

/// What a peer hears of a failure after the handshake.
@Suite(.timeLimit(.minutes(3)))
struct AlertTests {
  private let loops: TestLoops
  private let pair: TLSPair

  init() throws {
    loops = try TestLoops(2, name: "alert")
    pair = try TLSPair()
  }

  @Test func `a broken record is answered by an alert, which the other side can read`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    sessions.client.receive(sessions.server.takeOutput())
    var record = try sessions.client.encrypt(Array("allowed: true".utf8))
    record[record.count - 1] ^= 1
    sessions.server.receive(record)
    #expect(throws: TLSError.self) { try sessions.server.readAll() }
    sessions.client.receive(sessions.server.takeOutput())
    let heard = try #require(throws: TLSError.self) { try sessions.client.readAll() }
    #expect(heard.reasons.first?.contains("alert bad record mac") == true)
  }

  @Test func `the alert is sent before the connection fails, over a socket too`() async throws {
    let sockets = try SocketPair(near: loops[0], far: loops[1])
    let (pair, far) = (pair, sockets.far)
    let server = Task(executorPreference: loops[1]) {
      let connection = Connection(far, tls: try TLSSession(pair.server, as: .server))
      try await connection.handshake(until: later)
      return try await connection.receiveAll()
    }
    let client = try await RawClient(sockets.near, pair.client)
    try await client.send { try $0.encrypt([1, 2, 3]).dropLast() + [0] }
    let heard = try await #require(throws: TLSError.self) { try await client.readAll() }
    #expect(heard.reasons.first?.contains("alert bad record mac") == true)
    await #expect(throws: TransportError.self) { try await server.value }
  }
}

/// A client whose ciphertext a test can change: TLS by hand over a plain connection.
private final class RawClient {
  private let connection: Connection
  private let session: TLSSession

  /// Shakes hands.
  init(_ socket: Socket, _ context: TLSContext) async throws {
    connection = Connection(socket)
    session = try TLSSession(context, as: .client(host: "localhost"))
    while case .incomplete = session.handshake() {
      try await connection.send(session.takeOutput(), until: later)
      try await receive()
    }
    try await connection.send(session.takeOutput(), until: later)
  }

  func send(_ record: (TLSSession) throws -> [UInt8]) async throws {
    try await connection.send(record(session), until: later)
  }

  /// What the server sends until it ends.
  func readAll() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let (some, isEnd) = try session.readAll()
      bytes += some
      if isEnd { return bytes }
      try await receive()
    }
  }

  private func receive() async throws {
    var ciphertext: [UInt8] = []
    try #require(try await connection.receive(into: &ciphertext, until: later) == .bytes)
    session.receive(ciphertext)
  }
}
