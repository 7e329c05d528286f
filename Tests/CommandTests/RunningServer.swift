import Foundation
import JSON
import TestSupport
import TLS
import Transport

/// A `raymesh serve` of its own, listening on loopback wherever the kernel lets it.
final class RunningServer: Sendable {
  let program: RunningProgram
  /// The folder with its certificates.
  let certificates: TemporaryFolder
  /// Where it says that it listens.
  let webhook: Endpoint
  let admin: Endpoint

  /// Starts a server, and waits until it says that it serves.
  ///
  /// - Parameters:
  ///   - flags: more flags; they may repeat those that every test needs, as the last counts.
  ///   - hosts: whom its certificate is for.
  ///   - starter: a command that becomes the server's, which is added to it.
  static func start(
    _ flags: [String] = [], hosts: [String] = ["localhost", "127.0.0.1", "::1"], environment: [String: String] = [:],
    by starter: [String] = []
  ) async throws -> RunningServer {
    let certificates = try await Raymesh.certificates(for: hosts)
    let arguments =
      ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--drain-delay", "0s"] + patience
    let program = try RunningProgram(
      starter + [Raymesh.path] + arguments + files(in: certificates) + flags, environment: environment)
    return try await RunningServer(program, certificates)
  }

  /// Deadlines for clients that wait for their turn on a busy machine.
  static let patience =
    ["handshake", "head", "body", "write"].flatMap { ["--\($0)-timeout", "60s"] } + ["--minimum-body-rate", "0"]

  /// Runs a server as long as `body`, and then ends it.
  ///
  /// - Throws: what `body` throws, and if the server does not end with exit code 0.
  static func with<Value>(
    _ flags: [String] = [], hosts: [String] = ["localhost", "127.0.0.1", "::1"],
    _ body: (RunningServer) async throws -> Value
  ) async throws -> Value {
    let server = try await start(flags, hosts: hosts)
    let value = try await body(server)
    let run = try await server.stop()
    guard run.status == 0 else { throw Unexpected(description: "exit code \(run.status): \(run.errorText)") }
    return value
  }

  /// The flags that name a serving pair.
  static func files(in certificates: TemporaryFolder) -> [String] {
    ["--tls-certificate", certificates.path("tls.crt"), "--tls-key", certificates.path("tls.key")]
  }

  /// Follows a server that has been started.
  init(_ program: RunningProgram, _ certificates: TemporaryFolder) async throws {
    (self.program, self.certificates) = (program, certificates)
    let line = try await program.line("the line that says where it serves") { $0.contains("https://") }
    webhook = try RunningServer.endpoint("webhook", "https://", in: line)
    admin = try RunningServer.endpoint("admin", "http://", in: line)
  }

  /// Reads `"key":"scheme…"` of a line in JSON, or `key=scheme…` of one for eyes.
  private static func endpoint(_ key: String, _ scheme: String, in line: String) throws -> Endpoint {
    let stated =
      (try? JSONValue(parsing: line))?[key]?.string
      ?? line.split(separator: " ").first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    guard let stated, stated.hasPrefix(scheme), let endpoint = Endpoint(String(stated.dropFirst(scheme.count))) else {
      throw Unexpected(description: "no \(key) in \(line)")
    }
    return endpoint
  }

  /// A connection over TLS that trusts the server's authority.
  ///
  /// - Parameter host: the address of the machine to connect to, if that is not the one that the server tells.
  func connect(at host: String? = nil) async throws -> WireClient {
    try await WireClient.connect(to: Endpoint(host: host ?? webhook.host, port: webhook.port), tls: trust())
  }

  /// Posts a JSON text on a connection of its own.
  func post(_ path: String, _ body: [UInt8], at host: String? = nil) async throws -> WireResponse {
    try await used(path, body, at: host).response
  }

  /// A connection on which a text has been posted, and the answer. A busy machine may let a test wait for so long that
  /// the server drops its connection, so there are several tries.
  func used(
    _ path: String, _ body: [UInt8], at host: String? = nil
  ) async throws -> (client: WireClient, response: WireResponse) {
    for _ in 0..<5 {
      guard let client = try? await connect(at: host), let response = try? await client.post(path, body) else {
        continue
      }
      return (client, response)
    }
    let client = try await connect(at: host)
    return (client, try await client.post(path, body))
  }

  /// What trusts the server's authority.
  ///
  /// - Parameter protocols: what it offers by ALPN.
  func trust(offering protocols: [String] = ["http/1.1"]) throws -> TLSContext {
    let authority = try Certificate.all(in: certificates.bytes("ca.crt"), named: "ca.crt")
    return try TLSContext(trusting: authority, protocols: protocols)
  }

  /// What the admin listener answers.
  func admin(_ path: String, at host: String? = nil) async throws -> WireResponse {
    let client = try await WireClient.connect(to: Endpoint(host: host ?? admin.host, port: admin.port))
    try await client.send("GET \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
    return try await client.response()
  }

  /// Ends the server as Kubernetes does.
  func stop(with number: Int32 = SIGTERM) async throws -> Subprocess {
    program.signal(number)
    return try await program.end()
  }
}

extension WireClient {
  /// Posts a JSON text, and waits for the answer.
  func post(_ path: String, _ body: [UInt8]) async throws -> WireResponse {
    try await sendPost(path, body)
    return try await response()
  }

  /// Posts a JSON text, and does not wait.
  func sendPost(_ path: String, _ body: [UInt8]) async throws {
    let head =
      "POST \(path) HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    try await send([Array(head.utf8) + body])
  }
}
