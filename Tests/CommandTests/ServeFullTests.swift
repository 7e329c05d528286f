import TestSupport
import Testing

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
}
