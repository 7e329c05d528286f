import Foundation
import JSON
import TestSupport
import Testing
import Transport

/// `raymesh serve --controller` and `raymesh control`, with an API server that nobody reaches: what the controller does
/// with one is tried elsewhere.
@Suite struct ControlTests {
  /// A kubeconfig whose server refuses connections.
  private func kubeconfig(user: String = "{}", server: String = "http://127.0.0.1:1") throws -> (
    folder: TemporaryFolder, path: String
  ) {
    let folder = try TemporaryFolder()
    let text = """
      current-context: c
      contexts: [{name: c, context: {cluster: c, user: u, namespace: ray}}]
      clusters: [{name: c, cluster: {server: "\(server)"}}]
      users: [{name: u, user: \(user)}]
      """
    return (folder, try folder.write(Array(text.utf8), to: "config"))
  }

  @Test func `the controller holds up neither admission nor the end`() async throws {
    let (folder, path) = try kubeconfig()
    let flags = ["--controller", "--kubeconfig", path, "--drain-delay", "500ms", "--log-format", "text"]
    defer { withExtendedLifetime(folder) {} }
    let server = try await RunningServer.start(flags)
    #expect(try await server.post("/service", Array(Sample.widest.text.utf8)).status == 200)
    #expect(try await server.admin("/readyz").status == 200)
    #expect(try await server.admin("/livez?verbose").text.contains("[+]controller ok\n"))
    let metrics = try await server.admin("/metrics").text
    #expect(metrics.contains("raymesh_leader 0"))
    let run = try await server.stop()
    #expect(run.status == 0)
    #expect(run.errorText.contains(" notice raymesh: starting controller identity="))
    #expect(run.errorText.contains("lease=ray/raymesh"))
    #expect(run.errorText.hasSuffix(" notice raymesh: stopped\n"), "\(run.errorText)")
  }

  @Test func `alone it answers probes, and ends with exit code 0`() async throws {
    let (folder, path) = try kubeconfig()
    defer { withExtendedLifetime(folder) {} }
    let program = try RunningProgram(
      [Raymesh.path, "control", "--admin-listen", "127.0.0.1:0", "--log-format", "text", "--log-level", "debug"],
      environment: ["RAYMESH_KUBECONFIG": path, "RAYMESH_NAMESPACE": "mine", "RAYMESH_LEASE": "ours"])
    let line = try await program.line("where it serves") { $0.contains("serving admin=") }
    #expect(program.errorText.contains("lease=mine/ours"))
    let admin = try #require(line.firstMatch(of: /127\.0\.0\.1:\d+/)).output
    let endpoint = try #require(Endpoint(String(admin)))
    let client = try await WireClient.connect(to: endpoint)
    try await client.send("GET /livez HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
    #expect(try await client.response().status == 200)
    program.signal(SIGTERM)
    #expect(try await program.end().status == 0)
  }

  /// What a probe of a controller says.
  private func probe(_ path: String, at endpoint: Endpoint) async throws -> (status: Int, text: String) {
    let client = try await WireClient.connect(to: endpoint)
    try await client.send("GET \(path)?verbose HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
    let response = try await client.response()
    return (response.status, response.text)
  }

  @Test func `alone it is ready once it has read what it decides by, and alive without`() async throws {
    let api = PlayedAPIServer()
    api.hold(["GET /api/v1/services"])
    try await LoopbackServer.with(api) { server in
      let (folder, path) = try kubeconfig(server: "http://\(server.endpoint)")
      defer { withExtendedLifetime(folder) {} }
      let program = try RunningProgram(
        [Raymesh.path, "control", "--kubeconfig", path, "--admin-listen", "127.0.0.1:0", "--log-format", "text"])
      let line = try await program.line("where it serves") { $0.contains("serving admin=") }
      let admin = try #require(line.firstMatch(of: /127\.0\.0\.1:\d+/)).output
      let endpoint = try #require(Endpoint(String(admin)))
      try await eventually("the list of Services") { api.requests.contains { $0.hasPrefix("GET /api/v1/services") } }
      let waiting = try await probe("/readyz", at: endpoint)
      #expect(waiting.status == 503)
      #expect(waiting.text.contains("[-]watches failed: Services have not been listed yet"), "\(waiting.text)")
      #expect(try await probe("/livez", at: endpoint).status == 200)
      api.hold([])
      try await eventually("readiness") { try await probe("/readyz", at: endpoint).status == 200 }
      program.signal(SIGTERM)
      #expect(try await program.end().status == 0)
    }
  }

  @Test func `alone, a second signal ends it at once`() async throws {
    let (folder, path) = try kubeconfig()
    defer { withExtendedLifetime(folder) {} }
    let program = try RunningProgram(
      [Raymesh.path, "control", "--kubeconfig", path, "--admin-listen", "127.0.0.1:0", "--log-format", "text"])
    let line = try await program.line("where it serves") { $0.contains("serving admin=") }
    let admin = try #require(line.firstMatch(of: /127\.0\.0\.1:\d+/)).output
    let client = try await WireClient.connect(to: #require(Endpoint(String(admin))))
    // What is half asked has the whole time to end in, once it has been read.
    try await client.send("GET /livez HTTP/1.1\r\nHost: admin\r\n\r\nGET /livez HTTP/1.1\r\n")
    #expect(try await client.response().status == 200)
    program.signal(SIGTERM)
    _ = try await program.line("that it ends") { $0.contains("draining timeout=") }
    program.signal(SIGTERM)
    #expect(try await program.end().status != 0)
    withExtendedLifetime(client) {}
  }

  @Test func `flags of a controller that is off are a mistake`() async throws {
    let files = ["--tls-certificate", "/dev/null", "--tls-key", "/dev/null"]
    let stray = try await Raymesh.run(["serve"] + files + ["--lease", "x"])
    #expect(stray.status == 64)
    #expect(stray.errorText.contains("--lease: found 'x' without --controller"))
    let maybe = try await Raymesh.run(["serve"] + files, environment: ["RAYMESH_CONTROLLER": "maybe"])
    #expect(maybe.status == 64)
    #expect(maybe.errorText.contains("RAYMESH_CONTROLLER: found 'maybe', expected true or false"))
  }

  @Test func `a controller without credentials for an API server says why`() async throws {
    let nobody = try await Raymesh.run("control", environment: ["KUBERNETES_SERVICE_HOST": ""])
    #expect(nobody.status == 1)
    #expect(nobody.errorText.contains("expected a pod, or --kubeconfig"))
    let (folder, path) = try kubeconfig(user: "{exec: {command: aws}}")
    defer { withExtendedLifetime(folder) {} }
    let plugin = try await Raymesh.run("control", "--kubeconfig", path)
    #expect(plugin.status == 1)
    #expect(plugin.errorText.contains("found exec, expected a token or a client certificate"))
  }
}
