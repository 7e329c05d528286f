import Foundation
import JSON
import Manifests
import TestSupport
import Testing
import Transport

/// `raymesh ask`, with a real server to ask.
@Suite struct AskTests {
  @Test func `the patch and the Service are printed as the server gives them`() async throws {
    try await RunningServer.with { server in
      let run = try await ask(server, [Sample.cluster])
      #expect(run.status == 0)
      #expect(run.errorText == "")
      let parts = run.text.split(separator: "---\n").map(String.init)
      try #require(parts.count == 2)
      let expected = JSONValue(try JSONDocument(Fixture.bytes("golden/plain.patch.json")).root)
      #expect(try YAMLDocument(Array(parts[0].utf8), named: "patch").value == expected)
      #expect(parts[0].hasPrefix("# The patch: \(expected.elements?.count ?? 0) operations\n"))
      let service = try YAMLDocument(Fixture.bytes("golden/plain.service.yaml"), named: "service").value
      #expect(try YAMLDocument(Array(parts[1].utf8), named: "service").value == service)
    }
  }

  @Test func `a cluster is read from standard input, and placed in the namespace that was asked for`() async throws {
    try await RunningServer.with { server in
      let run = try await ask(server, ["--namespace", "asked"], input: Sample.cluster("ours"))
      #expect(run.status == 0)
      #expect(run.text.contains(".ours-headless-svc.asked.svc.cluster.local;"))
      #expect(run.text.contains("  name: ours-headless-svc\n  namespace: asked\n"))
      let stated = Sample.cluster("ours", metadata: "  namespace: stated\n")
      let other = try await ask(server, ["--namespace", "asked"], input: stated)
      #expect(other.text.contains(".ours-headless-svc.stated.svc.cluster.local;"))
      #expect(other.text.contains("  name: ours-headless-svc\n  namespace: stated\n"))
    }
  }

  @Test func `without a standard output nothing has been said`() async throws {
    try await RunningServer.with { server in
      let script = #"exec "$0" ask - --server "$1" --server-name localhost --authority "$2" >&-"#
      let run = try await Subprocess.run(
        ["sh", "-c", script, Raymesh.path, "\(server.webhook)", server.certificates.path("ca.crt")],
        input: Array(Sample.cluster("ours").utf8))
      #expect(run.status == 1)
      #expect(run.errorText == "raymesh: write standard output: Bad file descriptor\n")
    }
  }

  @Test func `warnings go to standard error`() async throws {
    try await RunningServer.with { server in
      let ports = "{min-worker-port: '20000', max-worker-port: '29999'}"
      let run = try await ask(server, [], input: Sample.cluster(parameters: ports))
      #expect(run.status == 0)
      #expect(run.errorText.hasPrefix("raymesh: warning: raymesh: worker ports 21000-29999 are above the limit"))
    }
  }

  @Test func `a denial is told with its reason`() async throws {
    try await RunningServer.with { server in
      let run = try await ask(server, [], input: Sample.refused)
      #expect(run.status == 1)
      #expect(run.text == "")
      let place = "/spec/headGroupSpec/rayStartParams/port"
      #expect(
        run.errorText == "raymesh: denied: RayCluster \(place): found \"abc\", expected a port from 1 to 65535\n")
    }
  }

  @Test func `an object that is not a cluster, or has no name yet, is reported with the reason`() async throws {
    try await RunningServer.with { server in
      let nameless = Sample.cluster().replacing("name: ours\n", with: "generateName: ours-\n")
      for (input, words) in [
        (nameless, "POST /service answered 422: "), ("kind: Pod\n", "denied: RayCluster /metadata: found nothing"),
        ("a: [\n", "standard input:2: not YAML: "), ("", "standard input:1: found nothing, expected one document"),
        ("a: 1\n---\nb: 2\n", "standard input:3: found another document, expected one"),
      ] {
        let run = try await ask(server, [], input: input)
        #expect(run.status == 1)
        #expect(run.text == "")
        #expect(run.errorText.hasPrefix("raymesh: \(words)"), "\(run.errorText)")
      }
    }
  }

  @Test func `a server that another authority vouches for is not trusted`() async throws {
    try await RunningServer.with { server in
      let other = try await Raymesh.certificates()
      let run = try await Raymesh.run(
        "ask", Sample.cluster, "--server", "\(server.webhook)", "--authority", other.path("ca.crt"))
      #expect(run.status == 1)
      #expect(run.errorText.hasPrefix("raymesh: TLS handshake: certificate verify failed"), "\(run.errorText)")
    }
  }

  @Test func `the certificate must carry the server's name, which may be told`() async throws {
    try await RunningServer.with(hosts: ["raymesh.ray.svc"]) { server in
      let wrong = try await ask(server, [Sample.cluster])
      #expect(wrong.status == 1)
      #expect(wrong.errorText.hasPrefix("raymesh: TLS handshake: certificate verify failed, IP address mismatch"))
      let other = try await ask(server, [Sample.cluster, "--server-name", "other.ray.svc"])
      #expect(other.status == 1)
      #expect(other.errorText.hasPrefix("raymesh: TLS handshake: certificate verify failed, hostname mismatch"))
      let right = try await ask(server, [Sample.cluster, "--server-name", "raymesh.ray.svc"])
      #expect(right.status == 0)
      #expect(right.errorText == "")
    }
  }

  @Test func `if nothing listens it is told, after as long as asked`() async throws {
    let certificates = try await Raymesh.certificates()
    let port = try await FreePort.reserve()
    let run = try await Raymesh.run(
      "ask", Sample.cluster, "--server", "127.0.0.1:\(port)", "--authority", certificates.path("ca.crt"), "--wait", "0")
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: connect to 127.0.0.1:\(port): Connection refused\n")
  }

  @Test func `a server that is about to listen is waited for`() async throws {
    let certificates = try await Raymesh.certificates()
    let port = try await FreePort.reserve()
    let asking = try RunningProgram(
      [
        Raymesh.path, "ask", Sample.cluster, "--server", "127.0.0.1:\(port)", "--authority",
        certificates.path("ca.crt"), "--wait", "30",
      ])
    let serving = try RunningProgram(
      [Raymesh.path, "serve", "--listen", "127.0.0.1:\(port)", "--admin-listen", "127.0.0.1:0"]
        + RunningServer.files(in: certificates))
    let run = try await asking.end()
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("# The patch: "))
    serving.signal(SIGTERM)
    #expect(try await serving.end().status == 0)
  }

  @Test func `an authority that cannot be read is named`() async throws {
    let folder = try TemporaryFolder()
    let junk = try folder.write(Array("junk".utf8), to: "junk.pem")
    for (file, words) in [
      (folder.path("missing"), "open \(folder.path("missing")): "), (junk, "read certificates from \(junk): "),
    ] {
      let run = try await Raymesh.run("ask", Sample.cluster, "--authority", file, "--wait", "0")
      #expect(run.status == 1)
      #expect(run.errorText.hasPrefix("raymesh: \(words)"), "\(run.errorText)")
    }
  }

  private func ask(_ server: RunningServer, _ arguments: [String], input: String = "") async throws -> Subprocess {
    let flags = ["--server", "\(server.webhook)", "--authority", server.certificates.path("ca.crt")]
    return try await Raymesh.run(["ask"] + arguments + flags, input: input)
  }
}
