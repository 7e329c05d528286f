import Glibc
import TestSupport
import Testing
import Transport

/// `raymesh serve`: what it tells of itself while there is no room.
@Suite(.timeLimit(.minutes(5))) struct ServeFullTests {
  private func metric(_ name: String, of server: RunningServer) async throws -> Double {
    let text = try await server.admin("/metrics").text
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name){listener=\"webhook\"} ") })
    return try #require(Double(line.split(separator: " ")[1]))
  }

  @Test func `a pause of accepting is counted once, and its seconds as it goes on`() async throws {
    let flags = ["--maximum-connections", "1", "--body-timeout", "60s", "--minimum-body-rate", "0"]
    try await RunningServer.with(flags) { server in
      for pause in 1...2 {
        let client = try await server.connect()
        try await client.send("POST /mutate HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try await client.response(hasBody: false).status == 100)
        async let next = server.connect()
        let before = try await metric("raymesh_accept_paused_seconds_total", of: server)
        // Some twenty looks for room.
        try await eventually("that the pause goes on") {
          try await metric("raymesh_accept_paused_seconds_total", of: server) > before + 0.4
        }
        #expect(try await metric("raymesh_accept_pauses_total", of: server) == Double(pause))
        try await client.send("{}")
        #expect(try await client.response().status == 415)
        _ = try await next
      }
      #expect(try await server.admin("/metrics").text.contains(#"accept_pauses_total{listener="admin"} 0"#))
    }
  }

  @Test func `it takes as many descriptors as it may have, not as many as it is given at first`() async throws {
    let certificates = try await Raymesh.certificates()
    let flags = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--drain-delay", "0s"]
    let words = [Raymesh.path] + flags + RunningServer.files(in: certificates)
    let program = try RunningProgram(["sh", "-c", "ulimit -S -n 40; exec \"$@\"", "sh"] + words)
    let server = try await RunningServer(program, certificates)
    var clients: [WireClient] = []
    for _ in 0..<60 { clients.append(try await server.connect()) }
    for client in clients { #expect(try await client.post("/mutate", Array("{}".utf8)).status == 400) }
    #expect(try await server.stop().status == 0)
  }

  @Test func `a crowd at the webhook's port leaves descriptors for probes, metrics and a new certificate`() async throws
  {
    let starter = ["sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"]
    let server = try await RunningServer.start(["--threads", "2"], by: starter)
    var crowd: [WireClient] = []
    for _ in 0..<150 { crowd.append(try await WireClient.connect(to: server.webhook)) }
    for path in ["/livez", "/readyz", "/metrics"] {
      for _ in 0..<20 { #expect(try await server.admin(path).status == 200) }
    }
    // Nor does the crowd keep out who has something to ask.
    #expect(try await server.post("/mutate", Array("{}".utf8)).status == 400)
    try await Raymesh.renew(server.certificates)
    _ = try await server.program.line("that the new pair serves") { $0.contains("serving certificate replaced") }
    withExtendedLifetime(crowd) {}
    let run = try await server.stop()
    #expect(run.status == 0)
    #expect(run.errorText.contains("fewer connections than configured"))
    #expect(!run.errorText.contains("Too many open files"))
  }

  @Test func `a request that comes while the process stands still is answered, though it was idle for too long`()
    async throws
  {
    try await RunningServer.with(["--idle-timeout", "10s"]) { server in
      let client = try await server.connect()
      #expect(try await client.post("/mutate", Array("{}".utf8)).status == 400)
      let since = Instant.now
      // Now and then the request is read before the process stands still, and then waits for its answer.
      server.program.signal(SIGSTOP)
      try await client.sendPost("/mutate?timeout=30s", Array("{}".utf8))
      try await eventually("that it has been idle for too long") { since + .milliseconds(10_500) < .now }
      server.program.signal(SIGCONT)
      #expect(try await client.response().status == 400)
    }
  }
}
