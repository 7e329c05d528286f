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
    try await RunningServer.with(["--maximum-connections", "1"]) { server in
      for pause in 1...2 {
        let client = try await server.connect()
        #expect(try await client.post("/mutate", Array("{}".utf8)).status == 400)
        let before = try await metric("raymesh_accept_paused_seconds_total", of: server)
        // Some twenty looks for room.
        try await eventually("that the pause goes on") {
          try await metric("raymesh_accept_paused_seconds_total", of: server) > before + 0.4
        }
        #expect(try await metric("raymesh_accept_pauses_total", of: server) == Double(pause))
        try await client.finishSending()
        #expect(try await client.rest() == [])
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

  @Test func `a request that comes while the process stands still is answered, though it was idle for too long`()
    async throws
  {
    try await RunningServer.with(["--idle-timeout", "10s"]) { server in
      let client = try await server.connect()
      #expect(try await client.post("/mutate", Array("{}".utf8)).status == 400)
      let since = Instant.now
      server.program.signal(SIGSTOP)
      async let late = client.post("/mutate", Array("{}".utf8))
      try await eventually("that it has been idle for too long") { since + .milliseconds(10_500) < .now }
      server.program.signal(SIGCONT)
      #expect(try await late.status == 400)
    }
  }
}
