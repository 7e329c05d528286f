import JSON
import TestSupport
import Testing

/// Where settings come from: a flag, else its environment variable, else what holds otherwise.
@Suite struct SettingTests {
  @Test func `every flag of the server can be a variable`() async throws {
    let certificates = try await Raymesh.certificates()
    let program = try RunningProgram(
      [Raymesh.path, "serve"],
      environment: [
        "RAYMESH_LISTEN": "127.0.0.1:0", "RAYMESH_ADMIN_LISTEN": "127.0.0.1:0", "RAYMESH_THREADS": "3",
        "RAYMESH_HTTP2": "off",
        "RAYMESH_TLS_CERTIFICATE": certificates.path("tls.crt"), "RAYMESH_TLS_KEY": certificates.path("tls.key"),
        "RAYMESH_LOG_LEVEL": "notice", "RAYMESH_LOG_FORMAT": "text", "RAYMESH_CLUSTER_DOMAIN": "example.org",
        "RAYMESH_NODE_ADDRESS_WAIT": "7", "RAYMESH_MAXIMUM_PORTS": "60",
      ])
    let server = try await RunningServer(program, certificates)
    let trust = try server.trust(offering: ["h2", "http/1.1"])
    #expect(try await WireClient.connect(to: server.webhook, tls: trust).negotiatedProtocol == "http/1.1")
    let reply = try await server.post("/mutate", Array(Sample.review(of: Sample.widest).utf8))
    let patch = try #require(try Sample.patch(in: JSONValue(parsing: reply.text)))
    #expect(patch.parameter("node-ip-address")?.contains(".svc.example.org; for i in $(seq 7);") == true)
    // 60 ports, of which 11 are not for workers.
    #expect(patch.parameter("max-worker-port") == "10050")
    let run = try await server.stop()
    #expect(run.errorText.contains(" notice raymesh: serving "))
    #expect(run.errorText.contains(" threads=3 "))
    #expect(!run.errorText.contains("answered"))
  }

  @Test func `a flag wins over its variable, and an empty variable says nothing`() async throws {
    let server = try await RunningServer.start(
      ["--log-format", "json", "--threads", "2", "--node-address-wait", "8"],
      environment: [
        "RAYMESH_LISTEN": "nowhere", "RAYMESH_ADMIN_LISTEN": "nowhere", "RAYMESH_TLS_CERTIFICATE": "/missing",
        "RAYMESH_TLS_KEY": "/missing", "RAYMESH_LOG_FORMAT": "text", "RAYMESH_THREADS": "none",
        "RAYMESH_NODE_ADDRESS_WAIT": "7", "RAYMESH_LOG_LEVEL": "", "RAYMESH_CLUSTER_DOMAIN": "",
        "RAYMESH_MAXIMUM_PORTS": "",
      ])
    let line = try JSONValue(parsing: try await server.program.line("a line") { $0.contains("https://") })
    #expect(line["threads"] == "2" || line["threads"] == 2)
    let reply = try await server.post("/mutate", Array(Sample.review(of: Sample.widest).utf8))
    let patch = try #require(try Sample.patch(in: JSONValue(parsing: reply.text)))
    #expect(patch.parameter("node-ip-address")?.contains(".svc.cluster.local; for i in $(seq 8);") == true)
    #expect(patch.parameter("max-worker-port") == "10085")
    #expect(try await server.stop().errorText.contains("admission review answered"))
  }

  /// A setting, a value that it does not take, and what it takes.
  static let wrong: [(flag: String, value: String, expected: String)] = [
    ("listen", "nowhere", "host:port, such as [::]:9443"), ("listen", "1.2.3.4:99999", "host:port, such as [::]:9443"),
    ("admin-listen", "::1:9090", "host:port, such as [::]:9090"), ("threads", "0", "a number from 1 to 256"),
    ("threads", "two", "a number from 1 to 256"), ("http2", "yes", "one of on, off"),
    ("log-level", "loud", "one of trace, debug, info, notice, warning, error, critical"),
    ("log-format", "xml", "one of json, text"), ("cluster-domain", "a_b", "a DNS name, such as cluster.local"),
    ("node-address-wait", "3601", "a number from 0 to 3600"), ("maximum-ports", "49", "a number from 50 to 65535"),
  ]

  @Test(arguments: wrong) func `a wrong value is exit code 64 and names the flag or the variable`(
    flag: String, value: String, expected: String
  ) async throws {
    let files = ["--tls-certificate", "/missing", "--tls-key", "/missing"]
    let byFlag = try await Raymesh.run(["serve", "--\(flag)", value] + files)
    #expect(byFlag.status == 64)
    #expect(
      byFlag.errorText.hasPrefix("Error: --\(flag): found '\(value)', expected \(expected)\n"), "\(byFlag.errorText)")
    let variable = "RAYMESH_" + flag.uppercased().replacing("-", with: "_")
    let byVariable = try await Raymesh.run(["serve"] + files, environment: [variable: value])
    #expect(byVariable.status == 64)
    #expect(
      byVariable.errorText.hasPrefix("Error: \(variable): found '\(value)', expected \(expected)\n"),
      "\(byVariable.errorText)")
  }

  @Test(arguments: ["namespace", "system-namespace", "configuration", "lease"], ["", "a/b", "..", "a?b"])
  func `what names no object is never asked for`(flag: String, name: String) async throws {
    let run = try await Raymesh.run("doctor", "--\(flag)", name)
    #expect(run.status == 64)
    #expect(run.errorText.hasPrefix("Error: --\(flag): found '\(name)', expected a name such as raymesh\n"))
  }

  @Test(arguments: ["review", "render"]) func `planning flags can be variables offline too`(command: String)
    async throws
  {
    let variables = ["RAYMESH_CLUSTER_DOMAIN": "example.org", "RAYMESH_NODE_ADDRESS_WAIT": "0"]
    let input = command == "review" ? Sample.review(of: Sample.widest) : Sample.widest.text
    let run = try await Raymesh.run(command, input: input, environment: variables)
    let text = command == "review" ? try Sample.patch(in: JSONValue(parsing: run.text))?.text ?? "" : run.text
    #expect(text.contains("$(echo $RAYMESH_POD_IP | tr .: -).widest-headless-svc.team-a.svc.example.org"))
    #expect(!text.contains("seq"))
    let wrong = try await Raymesh.run(command, input: input, environment: ["RAYMESH_MAXIMUM_PORTS": "x"])
    #expect(wrong.status == 64)
    #expect(wrong.errorText.hasPrefix("Error: RAYMESH_MAXIMUM_PORTS: found 'x', expected a number from 50 to 65535\n"))
  }
}

extension JSONValue {
  /// The value that a patch gives to a ray start parameter of the head group.
  func parameter(_ name: String) -> String? {
    elements?.first { $0["path"]?.string == "/spec/headGroupSpec/rayStartParams/\(name)" }?["value"]?.string
  }
}
