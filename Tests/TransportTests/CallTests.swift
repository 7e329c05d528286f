import TestSupport
import Testing

@testable import Transport

/// How one task wakes another that waits to receive.
@Suite(.timeLimit(.minutes(3)))
struct CallTests {
  private let loops: TestLoops

  init() throws { loops = try TestLoops(1, name: "call") }

  /// Serves the far end of a socket on a loop.
  private func serve(_ body: @escaping @Sendable (Connection, _ near: Socket) async throws -> Void) async throws {
    let sockets = try SocketPair(on: loops[0])
    let (near, far) = (sockets.near, sockets.far)
    try await within("the end") { [loops] in
      try await Task(executorPreference: loops[0]) { try await body(Connection(far), near) }.value
    }
  }

  @Test func `a call ends the wait, from the same loop and from elsewhere`() async throws {
    try await serve { connection, _ in
      for _ in 0..<100 {
        let call = connection.call
        Task(executorPreference: globalConcurrentExecutor) { call() }
        let far = try await connection.next()
        Task { call() }
        let near = try await connection.next()
        #expect(far == .called && near == .called)
      }
    }
  }

  @Test func `a call before the wait is not lost, and two count as one`() async throws {
    try await serve { connection, near in
      connection.call()
      connection.call()
      #expect(try await connection.next() == .called)
      try near.write([7])
      #expect(try await connection.next() == .bytes)
      await #expect(throws: TransportError.timedOut("read")) { try await connection.next(until: .now) }
    }
  }

  @Test func `a call ends a pause after the peer has stopped sending`() async throws {
    try await serve { connection, near in
      near.finishWriting()
      #expect(try await connection.next() == .end)
      connection.call()
      try await connection.pause(until: later)
    }
  }
}

extension Connection {
  /// What comes of waiting to receive.
  @discardableResult
  fileprivate func next(until deadline: Instant = later) async throws(TransportError) -> Received {
    var input: [UInt8] = []
    return try await receive(into: &input, until: deadline)
  }
}
