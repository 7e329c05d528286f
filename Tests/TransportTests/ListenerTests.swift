import CLinux
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(3)))
struct ListenerTests {
  private let loops: TestLoops
  private let loop: EventLoop

  init() throws {
    loops = try TestLoops(1, name: "listener")
    loop = loops[0]
  }

  /// Connects, and sends a byte through the connection.
  private func visit(_ listener: Listener, at host: String) async throws {
    let endpoint = Endpoint(host: host, port: listener.endpoint.port)
    let client = try await Socket.connect(to: endpoint, on: loop, until: later)
    #expect(client.peer == endpoint)
    let accepted = try await within("a connection") { try await listener.accept() }
    let server = try #require(accepted).socket(on: loop)
    try server.write([42])
    #expect(await client.wait(for: .read, until: later).hungUp == false)
    #expect(try client.read() == [42])
  }

  @Test func `port 0 is a port of the kernel's choice`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    #expect(listener.endpoint.host == "127.0.0.1")
    #expect(listener.endpoint.port > 0)
    try await visit(listener, at: "127.0.0.1")
  }

  @Test(.enabled(if: hasIPv6, "needs IPv6"), arguments: ["::", ""])
  func `every address means IPv6 and IPv4`(host: String) async throws {
    let listener = try Listener(at: Endpoint(host: host, port: 0), on: loop)
    #expect(listener.endpoint.host == "::")
    try await visit(listener, at: "::1")
    try await visit(listener, at: "127.0.0.1")
  }

  @Test func `0.0.0.0 means IPv4 alone`() async throws {
    let listener = try Listener(at: Endpoint(host: "0.0.0.0", port: 0), on: loop)
    try await visit(listener, at: "127.0.0.1")
    await #expect(throws: TransportError.self) { try await visit(listener, at: "::1") }
  }

  @Test func `an endpoint that is taken is an error that names it`() throws {
    let first = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    let error = try #require(throws: SystemError.self) { try Listener(at: first.endpoint, on: loop) }
    #expect(error.description == "listen on \(first.endpoint): Address already in use")
  }

  @Test func `an address that is not ours, and a host that is none, are errors`() {
    #expect(throws: SystemError("listen on 192.0.2.1:0", code: EADDRNOTAVAIL)) {
      try Listener(at: Endpoint(host: "192.0.2.1", port: 0), on: loop)
    }
    #expect(throws: SystemError("resolve no such host", code: ENXIO)) {
      try Listener(at: Endpoint(host: "no such host", port: 0), on: loop)
    }
  }

  @Test func `a listener that stops refuses connections, and those that waited`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    let waiting = try await Socket.connect(to: listener.endpoint, on: loop, until: later)
    listener.stop()
    #expect(try await within("the end") { try await listener.accept() } == nil)
    #expect(await waiting.wait(for: .read, until: later).hungUp == true)
    let refused = SystemError("connect to \(listener.endpoint)", code: ECONNREFUSED)
    await #expect(throws: TransportError.system(refused)) {
      try await Socket.connect(to: listener.endpoint, on: loop, until: later)
    }
  }

  @Test func `a crowd that is let in leaves others on the loop their turn`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    var crowd: [Socket] = []
    while crowd.count < 100 { crowd.append(try await Socket.connect(to: listener.endpoint, on: loop, until: later)) }
    let tally = Tally()
    try await within("the crowd") { [loop] in
      try await withTaskExecutorPreference(loop) {
        async let other: Void = tally.look()
        while tally.accepted < 100, try await listener.accept() != nil { tally.count() }
        await other
      }
    }
    #expect(tally.accepted == 100)
    let seen = try #require(tally.seen)
    #expect(seen < 100)
  }

  @Test func `an error that stays is told, and nobody goes round in circles`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    // Another file under its number: accepting from that fails, and will fail again.
    let number = try #require((3..<1 << 16).first { SocketAddress.local(of: $0).endpoint == listener.endpoint })
    let null = try Descriptor(owning: unsafe open("/dev/null", O_RDONLY | O_CLOEXEC), from: "open")
    try #require(dup2(null.number, number) == number)
    await #expect(throws: SystemError("accept", code: ENOTSOCK)) {
      try await within("the error") { try await listener.accept() }
    }
  }

  @Test func `accepting ends when the listener stops, or its loop drains`() async throws {
    for end in [{ $0.stop() }, { [loop] _ in loop.enter(.draining) }] as [@Sendable (Listener) -> Void] {
      let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
      async let accepted = within("the end") { try await listener.accept() }
      end(listener)
      #expect(try await accepted == nil)
    }
  }

  @Test func `a sleep ends at its deadline, or when the loop drains`() async throws {
    let listener = try Listener(at: Endpoint(host: "127.0.0.1", port: 0), on: loop)
    let client = try await Socket.connect(to: listener.endpoint, on: loop, until: later)
    #expect(await loop.sleep(until: .now + .milliseconds(5), endedBy: .draining))
    loop.enter(.draining)
    #expect(await !loop.sleep(until: later, endedBy: .draining))
    #expect(client.peer == listener.endpoint)
  }

  @Test func `connecting ends at its deadline`() async throws {
    // The kernel holds one connection for a backlog of 0, and does not answer further ones.
    let silent = try Descriptor.stream(AF_INET, from: "socket")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(silent.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(bound == 0 && listen(silent.number, 0) == 0)
    let endpoint = SocketAddress.local(of: silent.number).endpoint
    var held: [Socket] = []
    await #expect(throws: TransportError.timedOut("connect to \(endpoint)")) {
      while held.count < 20 {
        held.append(try await Socket.connect(to: endpoint, on: loop, until: .now + .milliseconds(200)))
      }
    }
    loop.enter(.aborting)
    await #expect(throws: TransportError.stopped) {
      try await Socket.connect(to: endpoint, on: loop, until: later)
    }
  }
}

/// How many have been let in, in all and when somebody looked.
private final class Tally: Sendable {
  private let state = Mutex((accepted: 0, seen: Int?.none))

  var accepted: Int { state.withLock { $0.accepted } }
  var seen: Int? { state.withLock { $0.seen } }

  func count() { state.withLock { $0.accepted += 1 } }
  func look() { state.withLock { $0.seen = $0.accepted } }
}

/// Whether the machine's loopback interface has an IPv6 address.
private let hasIPv6: Bool = {
  guard let loops = try? TestLoops(1, name: "probe") else { return false }
  return (try? Listener(at: Endpoint(host: "::1", port: 0), on: loops[0])) != nil
}()
