import TestSupport
import Testing
import TLS

@testable import Transport

/// Peers that send without pause, and connections between requests and in them when their loop drains.
@Suite(.timeLimit(.minutes(3)))
struct ConnectionTurnsTests {
  private let loops: TestLoops

  init() throws { loops = try TestLoops(2, name: "turns") }

  /// A socket on the first loop, whose peer sends zeros for as long as anybody takes them.
  ///
  /// TCP, as its queues grow to megabytes for one who has read fast before: there is always something to read.
  private func flooded() async throws -> Socket {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loops[1])
    let near = try await Socket.connect(to: listener.endpoint, on: loops[0], until: later)
    let far = try await #require(listener.accept()).socket(on: loops[1])
    Task(executorPreference: loops[1]) {
      let connection = Connection(far)
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      while (try? await connection.send(zeros, until: later)) != nil {}
    }
    try await Task(executorPreference: loops[0]) {
      let connection = Connection(near)
      for _ in 0..<1500 { try await connection.drop(slowly: false, until: later) }
    }.value
    return near
  }

  @Test func `a peer that sends without pause does not put off the deadline`() async throws {
    let near = try await flooded()
    let reader = Task(executorPreference: loops[0]) {
      let connection = Connection(near)
      let deadline = Instant.now + .milliseconds(100)
      while true { try await connection.drop(slowly: true, until: deadline) }
    }
    await #expect(throws: TransportError.timedOut("read")) {
      try await within("the deadline") { try await reader.value }
    }
  }

  @Test func `a peer that always has the next byte there does not put off the deadline`() async throws {
    let pair = try SocketPair(near: loops[0], far: loops[1])
    let connection = Connection(pair.near)
    let deadline = Instant.now
    var received: [UInt8] = []
    // Since when a byte has been there is known to within a wait or two.
    await #expect(throws: TransportError.timedOut("read")) {
      for _ in 0..<1000 {
        try pair.far.write([1])
        #expect(try await connection.receive(into: &received, until: deadline) == .bytes)
      }
    }
    // Bytes that came too late are still there for a caller that continues.
    let count = received.count
    #expect(try await connection.receive(into: &received, until: later) == .bytes)
    #expect(received.count == count + 1)
  }

  @Test func `a peer that sends without pause does not starve others on the loop`() async throws {
    let (near, loop) = (try await flooded(), loops[0])
    let reader = Task(executorPreference: loop) {
      let connection = Connection(near)
      while !Task.isCancelled { try await connection.drop(slowly: true, until: later) }
    }
    defer { reader.cancel() }
    // Each comes after some reads of the other's, with the work on them.
    try await within("ten turns") {
      for _ in 0..<10 { await Task(executorPreference: loop) {}.value }
    }
  }

  @Test func `draining ends a connection that waits, and takes what is there first`() async throws {
    let pair = try SocketPair(near: loops[0], far: loops[1])
    let connection = Connection(pair.near)
    try pair.far.write([1, 2])
    loops[0].enter(.draining)
    var received: [UInt8] = []
    #expect(try await connection.receive(into: &received, until: later, endedBy: .draining) == .bytes)
    #expect(try await connection.receive(into: &received, until: later, endedBy: .draining) == .drained)
    #expect(received == [1, 2])
    try pair.far.write([3])
    #expect(try await connection.receive(into: &received, until: later) == .bytes)
    loops[0].enter(.aborting)
    await #expect(throws: TransportError.stopped) { try await connection.receive(into: &received, until: later) }
  }

  @Test func `what comes just as draining ends the wait for it is taken`() async throws {
    let pair = try SocketPair(near: loops[0], far: loops[1])
    let (near, far, loop) = (pair.near, pair.far, loops[0])
    let waiting = Task(executorPreference: loop) {
      let connection = Connection(near)
      var received: [UInt8] = []
      let first = try await connection.receive(into: &received, until: later)
      let since = Instant.now
      // The loop's thread does both before it asks epoll again.
      Task(executorPreference: loop) {
        try far.write([2])
        loop.enter(.draining)
      }
      let second = try await connection.receive(into: &received, until: later, endedBy: .draining)
      return ([first, second], received, connection.lastArrival >= since)
    }
    try far.write([1])
    let (came, received, isNew) = try await within("both bytes") { try await waiting.value }
    #expect(came == [.bytes, .bytes])
    #expect(received == [1, 2])
    #expect(isNew)
  }

  @Test func `draining ends a handshake that has not begun, and no other`() async throws {
    let (silent, begun) = try (SocketPair(on: loops[0]), SocketPair(near: loops[0], far: loops[1]))
    let tls = try TLSPair()
    let client = try TLSSession(tls.client, as: .client(host: "localhost"))
    _ = client.handshake()
    let hello = client.takeOutput()
    try begun.far.write(Array(hello[..<20]))
    loops[0].enter(.draining)
    let waiting = Connection(silent.near, tls: try TLSSession(tls.server, as: .server))
    #expect(try await waiting.awaitHello(until: later, endedBy: .draining) == .drained)
    let (near, far) = (begun.near, begun.far)
    let server = Task {
      let connection = Connection(near, tls: try TLSSession(tls.server, as: .server))
      #expect(try await connection.awaitHello(until: later, endedBy: .draining) == .bytes)
      try await connection.handshake(until: later)
    }
    try far.write(Array(hello[20...]))
    try await Connection(far, tls: client).handshake(until: later)
    try await within("the server") { try await server.value }
  }

  @Test func `draining does not end a record in the middle`() async throws {
    let pair = try SocketPair(near: loops[0], far: loops[1])
    let tls = try TLSPair()
    let client = try TLSSession(tls.client, as: .client(host: "localhost"))
    let (near, far) = (pair.near, pair.far)
    let server = Task(executorPreference: loops[0]) {
      let connection = Connection(near, tls: try TLSSession(tls.server, as: .server))
      try await connection.handshake(until: later)
      var received: [UInt8] = []
      let first = try await connection.receive(into: &received, until: later, endedBy: .draining)
      return (first, received, try await connection.receive(into: &received, until: later, endedBy: .draining))
    }
    try await Connection(far, tls: client).handshake(until: later)
    let record = try client.encrypt(Array("request".utf8))
    try far.write(Array(record[..<12]))
    // The bytes were there at once, so there being none to read means that they have been read.
    try await eventually("that half the record is read") { pair.unread == 0 }
    loops[0].enter(.draining)
    try far.write(Array(record[12...]))
    let (first, received, second) = try await within("the server") { try await server.value }
    #expect(first == .bytes)
    #expect(received == Array("request".utf8))
    #expect(second == .drained)
  }
}

extension Connection {
  /// Takes some bytes and drops them, at once or after work on them.
  fileprivate func drop(slowly: Bool, until deadline: Instant) async throws {
    var dropped: [UInt8] = []
    guard try await receive(into: &dropped, until: deadline) == .bytes else { throw TransportError.stopped }
    if slowly { #expect(dropped.allSatisfy { $0 == 0 }) }
  }
}
