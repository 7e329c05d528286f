import Foundation
import HTTP
import JSON
import TestSupport
import Testing
import TLS
import Transport

/// `raymesh serve --certificates self-managed`, beside a played API server and beside none.
@Suite struct ServeSelfManagedTests {
  /// A kubeconfig for a plain API server.
  private func kubeconfig(_ server: String) throws -> (folder: TemporaryFolder, path: String) {
    let folder = try TemporaryFolder()
    let text = """
      current-context: c
      contexts: [{name: c, context: {cluster: c, namespace: raymesh-system}}]
      clusters: [{name: c, cluster: {server: "http://\(server)"}}]
      """
    return (folder, try folder.write(Array(text.utf8), to: "config"))
  }

  private func start(_ config: String, _ flags: [String] = []) async throws -> RunningServer {
    let own = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--drain-delay", "0s"]
    let program = try RunningProgram(
      [Raymesh.path] + own + RunningServer.patience + ["--kubeconfig", config] + flags,
      environment: ["RAYMESH_CERTIFICATES": "self-managed"])
    return try await RunningServer(program, TemporaryFolder())
  }

  /// An API server with a webhook configuration called mine.
  private func played() -> PlayedAPIServer {
    let api = PlayedAPIServer()
    let client: JSONValue = ["service": ["name": "hook", "namespace": "raymesh-system"]]
    api.with {
      $0.put(
        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/mine",
        ["metadata": ["name": "mine"], "webhooks": [["name": "one", "clientConfig": client]]])
    }
    return api
  }

  /// What trusts the authorities of a Secret.
  private func trust(_ secret: JSONValue?) throws -> TLSContext {
    let bundle = try #require(secret?.value(at: "/data/ca.crt")?.string)
    let pem = try #require(Data(base64Encoded: bundle))
    return try TLSContext(trusting: Certificate.all(in: [UInt8](pem), named: "ca.crt"), protocols: ["http/1.1"])
  }

  @Test func `without an API server it lives, has nothing to serve with, and says so`() async throws {
    let (folder, path) = try kubeconfig("127.0.0.1:1")
    defer { withExtendedLifetime(folder) {} }
    let server = try await start(path)
    #expect(try await server.admin("/livez").status == 200)
    let ready = try await server.admin("/readyz")
    #expect(ready.status == 503)
    #expect(ready.text.contains("[-]certificate failed: there is no serving certificate yet"))
    #expect(ready.text.contains("[-]ca-bundle failed: "))
    await #expect(throws: (any Error).self) {
      try await WireClient.connect(to: server.webhook, tls: TLSPair.stranger())
    }
    let failures = #"raymesh_tls_handshake_failures_total{kind="no-certificate",listener="webhook"} 1"#
    try await eventually("the count") { try await server.admin("/metrics").text.contains(failures) }
    _ = try await server.program.line("that it has tried") { $0.contains("cannot update certificates") }
    #expect(try await server.stop().status == 0)
  }

  @Test func `without a Secret it becomes ready, and answers clients that trust the caBundle`() async throws {
    let api = played()
    try await LoopbackServer.with(api) { played in
      let (folder, path) = try kubeconfig("\(played.endpoint)")
      defer { withExtendedLifetime(folder) {} }
      let flags = ["--service", "hook", "--webhook-configuration", "mine", "--certificate-secret", "own"]
      let server = try await start(path, flags)
      try await eventually("it is ready") { try await server.admin("/readyz").status == 200 }
      let trust = try trust(api.with { $0.objects["/api/v1/namespaces/raymesh-system/secrets/own"] })
      for host in ["hook.raymesh-system.svc", "hook.raymesh-system.svc.cluster.local"] {
        let client = try await WireClient.connect(to: server.webhook, tls: trust, host: host)
        #expect(try await client.post("/service", Array(Sample.widest.text.utf8)).status == 200)
      }
      #expect(try await server.admin("/readyz?verbose").text.contains("[+]ca-bundle ok\n"))
      api.with { $0.delete("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/mine") }
      let words = "[+]ca-bundle ok, but: MutatingWebhookConfiguration mine cannot be read"
      try await eventually("it says so") { try await server.admin("/readyz?verbose").text.contains(words) }
      #expect(try await server.admin("/readyz").status == 200)
      #expect(try await server.stop().status == 0)
    }
  }

  @Test func `flags that are for the other source are a mistake, by name`() async throws {
    let files = ["--tls-certificate", "/dev/null", "--tls-key", "/dev/null"]
    for (flags, words) in [
      (["--certificates", "self-managed", "--tls-key", "k"], "--tls-key: found 'k' with --certificates self-managed"),
      (files + ["--certificates", "self-managed"], "--tls-certificate: found '/dev/null' with --certificates"),
      (files + ["--certificate-secret", "s"], "--certificate-secret: found 's' without --certificates self-managed"),
      (files + ["--service", "s"], "--service: found 's' without"),
      (files + ["--webhook-configuration", "w"], "--webhook-configuration: found 'w' without"),
      (files + ["--namespace", "n"], "--namespace: found 'n' without --controller or --certificates self-managed"),
      (["--certificates", "none"], "--certificates: found 'none', expected one of files, self-managed"),
      (["--certificates", "self-managed", "--lease", "l"], "--lease: found 'l' without --controller"),
    ] {
      let run = try await Raymesh.run(["serve"] + flags)
      #expect(run.status == 64)
      #expect(run.errorText.contains(words), "\(run.errorText)")
    }
    let (folder, path) = try kubeconfig("127.0.0.1:1")
    defer { withExtendedLifetime(folder) {} }
    let run = try await Raymesh.run(
      "serve", "--certificates", "self-managed", "--kubeconfig", path, "--service", "no_name")
    #expect(run.status != 0 && run.errorText.contains("--service: found 'no_name'"), "\(run.errorText)")
  }
}
