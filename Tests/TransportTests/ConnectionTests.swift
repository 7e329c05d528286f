import Glibc
import TestSupport
import Testing
import TLS

@testable import Transport

/// Connections over real sockets, plain and with TLS.
@Suite(.timeLimit(.minutes(3)))
struct ConnectionTests {
  private let loops: TestLoops

  init() throws { loops = try TestLoops(2, name: "connection") }

  /// What one end does with its connection.
  private typealias Part = @Sendable (Connection) async throws -> Void

  /// Lets two ends play their parts, each on a loop of its own, to the end.
  private func play(tls: Bool, client: @escaping Part, server: @escaping Part) async throws {
    let pair = tls ? try TLSPair() : nil
    let sockets = try SocketPair(near: loops[0], far: loops[1])
    let (near, far) = (sockets.near, sockets.far)
    try await within("the end of both parts") { [loops] in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(executorPreference: loops[0]) {
          let session = try pair.map { try TLSSession($0.client, as: .client(host: "localhost")) }
          let connection = Connection(near, tls: session)
          try await connection.handshake(until: later)
          try await client(connection)
        }
        group.addTask(executorPreference: loops[1]) {
          let connection = Connection(far, tls: try pair.map { try TLSSession($0.server, as: .server) })
          try await connection.handshake(until: later)
          try await server(connection)
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: [false, true])
  func `more than the kernel holds at a time arrives complete and in order`(tls: Bool) async throws {
    let length = 1 << 20
    try await play(tls: tls) { connection in
      try await connection.send(pattern(0..<length), until: later)
      #expect(try await connection.receiveAll() == Array("thanks".utf8))
    } server: { connection in
      var received: [UInt8] = []
      while received.count < length {
        _ = try await connection.receive(into: &received, until: later)
      }
      #expect(received == pattern(0..<length))
      try await connection.send(Array("thanks".utf8), until: later)
      try await connection.finishSending(until: later)
    }
  }

  @Test(arguments: [false, true])
  func `what was not taken in time ends the connection for both sides`(tls: Bool) async throws {
    let over = Gate()
    try await play(tls: tls) { connection in
      try await connection.send([1], until: later)
      await over.passed()
      var received: [UInt8] = []
      // The end comes after what the kernel has taken; over TLS it is an error, as nobody has said it.
      while let some = try? await connection.receive(into: &received, until: later), some == .bytes {}
      #expect(received.count < 8 << 20)
    } server: { connection in
      await #expect(throws: TransportError.timedOut("write")) {
        try await connection.send(pattern(0..<8 << 20), until: .now + .milliseconds(50))
      }
      over.open()
      await #expect(throws: TransportError.self) { try await connection.send([1], until: later) }
      var received: [UInt8] = []
      while let some = try? await connection.receive(into: &received, until: later), some == .bytes {}
      #expect(received.count <= 1)
    }
  }

  @Test(arguments: [false, true])
  func `one side may end and still be answered`(tls: Bool) async throws {
    try await play(tls: tls) { connection in
      try await connection.send([1, 2, 3], until: later)
      try await connection.finishSending(until: later)
      #expect(try await connection.receiveAll() == [4, 5])
    } server: { connection in
      #expect(try await connection.receiveAll() == [1, 2, 3])
      try await connection.send([4, 5], until: later)
      try await connection.finishSending(until: later)
    }
  }

  @Test(arguments: [false, true])
  func `waiting for a silent peer ends at the deadline`(tls: Bool) async throws {
    try await play(tls: tls) { connection in
      let received = try await connection.receiveAll()
      #expect(received == [])
    } server: { connection in
      var received: [UInt8] = []
      await #expect(throws: TransportError.timedOut("read")) {
        _ = try await connection.receive(into: &received, until: .now + .milliseconds(20))
      }
      try await connection.finishSending(until: later)
    }
  }

  @Test(arguments: [false, true])
  func `writing to a peer that never reads ends at the deadline`(tls: Bool) async throws {
    try await play(tls: tls) { connection in
      await #expect(throws: TransportError.timedOut("write")) {
        try await connection.send([UInt8](repeating: 0, count: 8 << 20), until: .now + .milliseconds(50))
      }
    } server: { _ in
    }
  }

  @Test func `TLS that ends without saying so is an error`() async throws {
    let sockets = try SocketPair(near: loops[0], far: loops[1])
    let (pair, near, far) = (try TLSPair(), sockets.near, sockets.far)
    let server = Task(executorPreference: loops[1]) {
      let connection = Connection(far, tls: try TLSSession(pair.server, as: .server))
      try await connection.handshake(until: later)
      return try await connection.receiveAll()
    }
    let client = Connection(near, tls: try TLSSession(pair.client, as: .client(host: "localhost")))
    try await client.handshake(until: later)
    try await client.send([1, 2, 3], until: later)
    near.finishWriting()
    let cut = TLSError("TLS read", reasons: ["the peer closed the connection without notice"], .interrupted)
    await #expect(throws: TransportError.tls(cut)) { try await server.value }
  }

  @Test func `a peer that is gone in the middle of a handshake is an error`() async throws {
    let sockets = try SocketPair(near: loops[0], far: loops[1])
    let server = Connection(sockets.near, tls: try TLSSession(TLSPair().server, as: .server))
    try sockets.far.write([22, 3, 1])
    sockets.far.finishWriting()
    let gone = TLSError("TLS handshake", reasons: ["the peer closed the connection"], .interrupted)
    await #expect(throws: TransportError.tls(gone)) { try await server.handshake(until: later) }
  }

  @Test func `a reset by the peer is an error, to readers and to writers`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loops[0])
    var client: Socket? = try await Socket.connect(to: listener.endpoint, on: loops[1], until: later)
    let socket = try await #require(listener.accept()).socket(on: loops[0])
    try socket.write([1, 2, 3])
    #expect(await client?.wait(for: .read, until: later).hungUp == false)
    // Closing with bytes unread makes the kernel send a reset (RFC 2525 section 2.17).
    client = nil
    let connection = Connection(socket)
    var received: [UInt8] = []
    await #expect(throws: TransportError.system(SystemError("read", code: ECONNRESET))) {
      try await connection.receive(into: &received, until: later)
    }
    await #expect(throws: TransportError.system(SystemError("write", code: EPIPE))) {
      try await connection.send([1], until: later)
    }
  }
}

extension Connection {
  /// What the peer sends until it ends.
  func receiveAll() async throws -> [UInt8] {
    var received: [UInt8] = []
    while try await receive(into: &received, until: later) == .bytes {}
    return received
  }
}

/// Bytes of which no two stretches are alike.
func pattern(_ range: Range<Int>) -> [UInt8] {
  range.map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37_79B9) >> 11) }
}
