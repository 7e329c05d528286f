import Foundation
import JSON
import TestSupport
import Testing
import TLS
import Transport

/// `raymesh serve`: how it starts, and what it answers.
@Suite struct ServeTests {
  private let review = Array(Sample.review(of: Sample.widest).utf8)

  @Test func `it says where it listens, and answers there`() async throws {
    try await RunningServer.with { server in
      #expect(server.webhook.port != 0 && server.admin.port != 0)
      let (client, reply) = try await server.used("/mutate", review)
      #expect(reply.status == 200)
      #expect(try JSONValue(parsing: reply.text)["response"]?["uid"] == "a-uid")
      let service = try await client.post("/service", Array(Sample.widest.text.utf8))
      #expect(service.status == 200)
      #expect(try JSONValue(parsing: service.text)["kind"] == "Service")
      #expect(try await client.post("/other", review).status == 404)
    }
  }

  @Test func `it speaks HTTP 2 with clients that ask for it, unless that is off`() async throws {
    for (flags, agreed) in [([], "h2"), (["--http2", "on"], "h2"), (["--http2", "off"], "http/1.1")] {
      try await RunningServer.with(flags) { server in
        let trust = try server.trust(offering: ["h2", "http/1.1"])
        let client = try await WireClient.connect(to: server.webhook, tls: trust)
        #expect(client.negotiatedProtocol == agreed)
      }
    }
  }

  @Test func `the admin listener answers probes and counts reviews`() async throws {
    try await RunningServer.with { server in
      _ = try await server.post("/mutate", review)
      _ = try await server.post("/mutate", Array("{}".utf8))
      for path in ["/livez", "/readyz"] {
        let probe = try await server.admin(path)
        #expect(probe.status == 200)
        #expect(probe.text.hasPrefix("ok"))
      }
      let metrics = try await server.admin("/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.fields["content-type"]?.hasPrefix("text/plain") == true)
      let lines = metrics.text.split(separator: "\n")
      for labels in [#"operation="CREATE",verdict="patched""#, #"operation="unknown",verdict="malformed""#] {
        #expect(lines.contains { $0.hasPrefix("raymesh_admission_reviews_total{\(labels)} 1") }, "\(metrics.text)")
      }
      for name in ["raymesh_build_info{version=", "process_open_fds ", "process_resident_memory_bytes "] {
        #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
      }
      #expect(lines.contains { $0.hasPrefix("# HELP raymesh_admission_reviews_total ") })
      #expect(try await server.admin("/mutate").status == 404)
    }
  }

  @Test(arguments: [["json"], ["text"]]) func `log lines are written as asked`(formats: [String]) async throws {
    let server = try await RunningServer.start(["--log-format"] + formats)
    _ = try await server.post("/mutate", review)
    let lines = try await server.stop().errorText.split(separator: "\n").map(String.init)
    try #require(lines.count == 6)
    if formats == ["json"] {
      for line in lines { try expectEvent(JSONValue(parsing: line)) }
      try expectAnswered(JSONValue(parsing: lines[3]))
    } else {
      #expect(lines[0].contains(" notice raymesh: serving certificate loaded issuer="))
      #expect(lines[1].contains(" notice raymesh: memory budget budget="))
      #expect(lines[2].contains(" notice raymesh: serving admin=http://127.0.0.1:"))
      #expect(lines[3].contains(" info raymesh: admission review answered microseconds="))
      #expect(lines[4].contains(#" notice raymesh: draining delay="0.0 seconds" timeout="#))
      #expect(lines[5].hasSuffix(" notice raymesh: stopped"))
    }
  }

  private func expectEvent(_ event: JSONValue) throws {
    #expect(event["time"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    #expect(event["logger"] == "raymesh")
  }

  private func expectAnswered(_ event: JSONValue) throws {
    #expect(event["level"] == "info")
    #expect(event["verdict"] == "patched")
    #expect(event["object"]?.string?.hasPrefix("team-a/") == true)
    guard case .integer = event["microseconds"], case .integer(14) = event["operations"] else {
      throw Unexpected(description: "\(event)")
    }
  }

  @Test func `nothing is logged below the level that was asked for`() async throws {
    let certificates = try await Raymesh.certificates()
    let port = try await FreePort.reserve()
    let program = try RunningProgram(
      [
        Raymesh.path, "serve", "--listen", "127.0.0.1:\(port)", "--admin-listen", "127.0.0.1:0", "--log-level", "error",
        "--drain-delay", "0s",
      ] + RunningServer.files(in: certificates))
    let endpoint = Endpoint(host: "127.0.0.1", port: port)
    let authority = try Certificate.all(in: certificates.bytes("ca.crt"), named: "ca.crt")
    let trust = try TLSContext(trusting: authority, protocols: ["http/1.1"])
    try await eventually("an answer") {
      (try? await WireClient.connect(to: endpoint, tls: trust).post("/mutate", review))?.status == 200
    }
    program.signal(SIGTERM)
    let run = try await program.end()
    #expect(run.status == 0)
    #expect(run.errorText == "")
  }

  @Test(.enabled("the machine has no IPv6") { await Loopback.hasIPv6 })
  func `it listens on IPv4 and IPv6 at once`() async throws {
    try await RunningServer.with(["--listen", "[::]:0", "--admin-listen", "[::]:0"]) { server in
      for host in ["127.0.0.1", "::1"] {
        let (reply, probe) = (
          try await server.post("/mutate", review, at: host), try await server.admin("/readyz", at: host)
        )
        #expect(reply.status == 200 && probe.status == 200)
      }
    }
  }
}

/// What loopback is on this machine.
enum Loopback {
  /// Whether `::1` can be listened on.
  static var hasIPv6: Bool {
    get async { (try? Listener(at: Endpoint(host: "::1", port: 0), on: EventLoopGroup(count: 1).first)) != nil }
  }
}
