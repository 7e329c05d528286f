import Glibc
import TestSupport
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(3)))
struct DialTests {
  private let loops: TestLoops
  private let loop: EventLoop

  init() throws {
    loops = try TestLoops(1, name: "dial")
    loop = loops[0]
  }

  private func address(_ endpoint: Endpoint) throws -> SocketAddress {
    try #require(try SocketAddress.resolve(endpoint, toListen: false).first)
  }

  @Test func `an address that is silent leaves time to the next`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    let silent = try SilentListener(at: "127.0.0.2", listener.endpoint.port)
    let addresses = [try address(silent.endpoint), try address(listener.endpoint)]
    let socket = try await Socket.connect(
      toOneOf: addresses, of: listener.endpoint, on: loop, until: .now + .seconds(6))
    #expect(socket.peer == listener.endpoint)
  }

  @Test func `if all are silent the deadline counts for all together`() async throws {
    let silent = try SilentListener(at: "127.0.0.2", 0)
    let addresses = [try address(silent.endpoint), try address(silent.endpoint)]
    await #expect(throws: TransportError.timedOut("connect to \(silent.endpoint)")) {
      try await within("the end of both") {
        try await Socket.connect(toOneOf: addresses, of: silent.endpoint, on: loop, until: .now + .milliseconds(200))
      }
    }
  }

  @Test func `an address that refuses the connection is skipped`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    let refusing = Endpoint(host: "127.0.0.3", port: listener.endpoint.port)
    let addresses = [try address(refusing), try address(listener.endpoint)]
    let socket = try await Socket.connect(toOneOf: addresses, of: listener.endpoint, on: loop, until: later)
    #expect(socket.peer == listener.endpoint)
    await #expect(throws: TransportError.system(SystemError("connect to \(refusing)", code: ECONNREFUSED))) {
      try await Socket.connect(toOneOf: [try address(refusing)], of: refusing, on: loop, until: later)
    }
  }
}

/// Listens, and answers nobody: its queue is full of connections that nobody takes, and the kernel drops what else comes.
private final class SilentListener: Sendable {
  let endpoint: Endpoint
  private let listening: Descriptor
  private let waiting: [Descriptor]

  init(at host: String, _ port: UInt16) throws {
    let wanted = try #require(try SocketAddress.resolve(Endpoint(host: host, port: port), toListen: true).first)
    listening = try Descriptor.stream(wanted.family, from: "socket")
    let number = listening.number
    let hasBound = unsafe wanted.withPointer { unsafe bind(number, $0, $1) } == 0
    try #require(hasBound)
    try #require(listen(number, 0) == 0)
    let bound = SocketAddress.local(of: number)
    endpoint = bound.endpoint
    waiting = try (0..<2).map { _ in
      let client = try Descriptor.stream(bound.family, from: "socket")
      _ = unsafe bound.withPointer { unsafe connect(client.number, $0, $1) }
      return client
    }
  }
}
