import Foundation
import HTTP
import TestSupport
import Testing
import Transport

/// Clients that others have written.
@Suite(.timeLimit(.minutes(3)))
struct ProgramPeersTests {
  /// Serves over TLS, and gives `body` the port and the file of the authority's certificate.
  private func serve(
    limits: HTTPLimits = .patient, _ body: (_ port: UInt16, _ authority: String) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try await Wire.tls.serve(limits: limits) { visit in
      let authority = try #require(visit.pair?.authority)
      try await body(visit.server.endpoint.port, folder.write(authority, to: "ca.crt"))
    }
  }

  private func run(_ arguments: [String], input: String = "") async throws -> Subprocess {
    try await within(arguments.joined(separator: " ")) {
      try await Subprocess.run(arguments, input: Array(input.utf8))
    }
  }

  private static let curl: [String] = ["curl", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*"]

  @Test(
    .enabled(if: Program.isInstalled("curl"), "needs curl"),
    arguments: [
      [], ["--http1.0", "--no-alpn"], ["--http2"], ["--no-alpn"], ["--tls-max", "1.2"], ["--tlsv1.3"],
      ["--header", "Transfer-Encoding: chunked"], ["--header", "Expect: 100-continue"],
      ["--header", "Connection: close"],
    ])
  func `curl is answered in every mood`(options: [String]) async throws {
    try await serve { port, authority in
      let body = String(repeating: "a body ", count: 20_000)
      let told = try await run(
        Self.curl + options
          + ["--cacert", authority, "--data-binary", "@-", "--header", "Content-Type: text/plain"]
          + ["https://localhost:\(port)/echo"], input: body)
      #expect(told.errorText == "")
      let isWhole = told.text == body
      #expect(isWhole)
    }
  }

  /// The same with HTTP/2.
  private func serveHTTP2(
    limits: HTTPLimits = .patient, _ body: (_ port: UInt16, _ authority: String) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try await HTTP2Visit.with(limits: limits) { visit in
      try await body(visit.server.endpoint.port, folder.write(visit.pair.authority, to: "ca.crt"))
    }
  }

  @Test(
    .enabled(if: Program.isInstalled("curl"), "needs curl"),
    arguments: [
      ["--http2"], [], ["--http1.1"], ["--http2", "--tls-max", "1.2"], ["--http2", "--header", "Expect: 100-continue"],
      ["--http2", "--header", "Transfer-Encoding: chunked"],
    ])
  func `curl is answered by HTTP 2 unless it wants 1.1`(options: [String]) async throws {
    try await serveHTTP2 { port, authority in
      let body = String(repeating: "a body ", count: 200_000)
      let told = try await run(
        Self.curl + options
          + ["--cacert", authority, "--data-binary", "@-", "--header", "Content-Type: text/plain"]
          + ["--write-out", "%{http_version}", "https://localhost:\(port)/echo"], input: body)
      #expect(told.errorText == "")
      let isWhole = told.text == body + (options == ["--http1.1"] ? "1.1" : "2")
      #expect(isWhole)
    }
  }

  @Test(.enabled(if: Program.isInstalled("h2load"), "needs h2load"))
  func `h2load has every request answered, fifty at once on a connection`() async throws {
    try await serveHTTP2 { port, _ in
      let load = ["h2load", "--requests=5000", "--clients=4", "--max-concurrent-streams=50"]
      let told = try await run(load + ["https://localhost:\(port)/hello"])
      #expect(told.text.contains("5000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(told.text)")
      #expect(told.text.contains("Application protocol: h2"), "\(told.text)")
    }
  }

  @Test(.enabled(if: Program.isInstalled("h2load"), "needs h2load"))
  func `h2load has twenty bodies of 7 MiB at once on a connection answered`() async throws {
    let folder = try TemporaryFolder()
    let body = try folder.write(Array(String(repeating: "7 bytes", count: 1 << 20).utf8), to: "body")
    try await serveHTTP2 { port, _ in
      let load = ["h2load", "--requests=40", "--clients=1", "--max-concurrent-streams=20", "--data", body]
      let told = try await run(load + ["https://localhost:\(port)/echo"])
      #expect(told.text.contains("status codes: 40 2xx, 0 3xx, 0 4xx, 0 5xx"), "\(told.text)")
    }
  }

  @Test(.enabled(if: Program.isInstalled("curl"), "needs curl"))
  func `curl keeps its connection, and speaks HTTP 1.1 though it would speak 2`() async throws {
    try await serve { port, authority in
      let url = "https://localhost:\(port)/hello"
      let told = try await run(
        Self.curl + ["--http2", "--cacert", authority, "--write-out", "%{http_version} %{num_connects}\n", url, url])
      #expect(told.text == "hello\n1.1 1\nhello\n1.1 0\n", "\(told.errorText)")
      let head = try await run(Self.curl + ["--cacert", authority, "--head", url])
      #expect(head.text.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(head.errorText)")
      let stranger = try await run(Self.curl + [url])
      // CURLE_PEER_FAILED_VERIFICATION
      #expect(stranger.status == 60)
    }
  }

  @Test(
    .enabled(if: Program.isInstalled("openssl"), "needs openssl"),
    arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
  func `openssl is served with a version that is good`(option: String, version: String) async throws {
    try await serve { port, authority in
      let told = try await run(
        ["openssl", "s_client", "-connect", "localhost:\(port)", "-CAfile", authority, "-verify_return_error"]
          + ["-verify_hostname", "localhost", "-alpn", "h2,http/1.1", "-ign_eof", option],
        input: "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      #expect(told.status == 0)
      for part in ["Verify return code: 0 (ok)", "ALPN protocol: http/1.1", version, "\r\n\r\nhello\n"] {
        #expect(told.text.contains(part), "\(part) is not in:\n\(told.text)")
      }
    }
  }

  @Test(
    .enabled(if: Program.isInstalled("openssl"), "needs openssl"),
    arguments: [
      ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
      // Good versions with suites that are not: no forward secrecy, no authenticated encryption.
      ["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-SHA:@SECLEVEL=0"],
      ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"],
      ["-tls1_3", "-alpn", "h3,spdy/3"],
    ])
  func `openssl is refused with what is not good`(options: [String]) async throws {
    try await serve { port, authority in
      let told = try await run(
        ["openssl", "s_client", "-connect", "localhost:\(port)", "-CAfile", authority, "-quiet"] + options)
      #expect(told.status != 0)
      #expect(told.errorText.contains("alert"), "\(told.errorText)")
    }
  }

  @Test(.enabled(if: Program.isInstalled("python3"), "needs Python"))
  func `Python is answered, and told when a connection ends`() async throws {
    var limits = HTTPLimits.patient
    limits.idle = .seconds(4)
    let script = Fixture.folder.appending(path: "http/peer.py").path
    try await serve(limits: limits) { port, authority in
      let told = try await run(["python3", script, "\(port)", authority])
      #expect(told.text == "ok\n", "\(told.errorText)")
    }
  }
}
