import Glibc
import TestSupport
import Testing
import TLS
import Transport

/// `raymesh serve`: its log goes into a pipe, as in a container, and nobody at the other end need be well.
@Suite(.timeLimit(.minutes(5))) struct ServeLogTests {
  private let review = Array(Sample.review(of: Sample.widest).utf8)

  /// Runs a server as long as `body`, with both ends of the pipe that it logs into.
  private func serve(_ body: (WireClient, LogPipe) async throws -> Void) async throws {
    let certificates = try await Raymesh.certificates()
    let port = try await FreePort.reserve()
    let log = try LogPipe()
    let flags = ["serve", "--listen", "127.0.0.1:\(port)", "--admin-listen", "127.0.0.1:0", "--drain-delay", "0s"]
    let words = [Raymesh.path] + flags + RunningServer.files(in: certificates)
    let program = try RunningProgram(["sh", "-c", "exec \"$@\" 2> \(log.path)", "sh"] + words)
    let trust = try TLSContext(
      trusting: Certificate.all(in: certificates.bytes("ca.crt"), named: "ca.crt"), protocols: ["http/1.1"])
    let endpoint = Endpoint(host: "127.0.0.1", port: port)
    try await eventually("a server") { (try? await WireClient.connect(to: endpoint, tls: trust)) != nil }
    try await body(WireClient.connect(to: endpoint, tls: trust), log)
    program.signal(SIGTERM)
    #expect(try await program.end().status == 0)
  }

  private func ask(_ client: WireClient) async throws {
    #expect(try await client.post("/mutate", review).status == 200)
  }

  @Test func `reviews are answered while nobody reads the log, and told again when somebody does`() async throws {
    try await serve { client, log in
      // Far more than a pipe holds.
      for _ in 0..<600 { try await ask(client) }
      let first = log.read()
      #expect(first.hasPrefix("{") && first.hasSuffix("}\n"))
      try await ask(client)
      let last = log.read()
      #expect(last.hasPrefix("{") && last.contains("admission review answered") && last.hasSuffix("}\n"))
    }
  }

  @Test func `reviews are answered when nobody is left to read the log`() async throws {
    try await serve { client, log in
      log.close()
      for _ in 0..<3 { try await ask(client) }
    }
  }
}

/// A pipe with a name, and its end for reading.
private final class LogPipe {
  private let folder: TemporaryFolder
  private let reader: CInt

  var path: String { folder.path("log") }

  init() throws {
    folder = try TemporaryFolder()
    guard unsafe mkfifo(folder.path("log"), 0o600) == 0 else { throw Unexpected(description: "no pipe") }
    reader = unsafe open(folder.path("log"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  }

  /// What is there.
  func read() -> String {
    var text: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = unsafe Glibc.read(reader, &room, room.count), count > 0 { text += room[..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  func close() { Glibc.close(reader) }
}
