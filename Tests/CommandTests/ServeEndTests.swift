import Foundation
import JSON
import TestSupport
import Testing
import Transport

/// `raymesh serve`: how it ends.
@Suite(.timeLimit(.minutes(5))) struct ServeEndTests {
  private let review = Array(Sample.review(of: Sample.widest).utf8)

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal ends it with exit code 0, and it says what it does`(number: Int32) async throws {
    let server = try await RunningServer.start()
    #expect(try await server.post("/mutate", review).status == 200)
    let admin = try await WireClient.connect(to: server.admin)
    let run = try await server.stop(with: number)
    #expect(run.status == 0)
    #expect(run.text == "")
    let messages = try run.errorText.split(separator: "\n").map {
      try JSONValue(parsing: String($0))["message"]?.string
    }
    #expect(
      messages == [
        "serving certificate loaded", "memory budget", "serving", "admission review answered", "draining", "stopped",
      ])
    // Whom the server has not got to know yet may be told by a reset.
    #expect((try? await admin.rest()) ?? [] == [])
  }

  @Test func `what is in flight when it is told to end is answered`() async throws {
    let server = try await RunningServer.start(["--threads", "1"])
    let (client, other) = (try await server.connect(), try await server.connect())
    let head =
      "POST /mutate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(review.count)\r\n\r\n"
    try await client.send([Array(head.utf8) + review.prefix(100)])
    // One loop reads both, so an answer on the second connection tells that the first is at its request.
    #expect(try await other.post("/mutate", review).status == 200)
    try await other.finishSending()
    server.program.signal(SIGTERM)
    try await untilDraining(server)
    try await client.send([Array(review.dropFirst(100))])
    let reply = try await client.response()
    #expect(reply.status == 200)
    #expect(reply.fields["connection"] == "close")
    try await client.finishSending()
    #expect(try await server.program.end().status == 0)
  }

  /// Asks on a connection once nobody is let in any more. Within five seconds a busy machine may not come to it, and the
  /// connection is closed; then another server is asked, at most three.
  private func askLate() async throws -> (RunningServer, WireClient, WireResponse) {
    var tries = 1
    while true {
      let server = try await RunningServer.start()
      let (client, reply) = try await server.used("/mutate", review)
      #expect(reply.status == 200)
      server.program.signal(SIGTERM)
      try await eventually("that nobody is let in") { (try? await WireClient.connect(to: server.webhook)) == nil }
      do { return (server, client, try await client.post("/mutate", review)) } catch  where tries < 3 {
        print("try \(tries): \(error)")
        tries += 1
      }
    }
  }

  @Test func `who asks late on a connection that stands is told to ask another replica at once`() async throws {
    let (server, client, late) = try await askLate()
    #expect(late.status == 503)
    #expect(late.fields["retry-after"] == "0")
    #expect(late.fields["connection"] == "close")
    #expect(late.text == "{\"error\":\"this server ends; ask another\"}\n")
    try await client.finishSending()
    #expect(try await server.program.end().status == 0)
  }

  @Test func `while it drains it goes on, says so to probes, and each response is the last on its connection`()
    async throws
  {
    let server = try await RunningServer.start(["--drain-delay", "1h", "--drain-timeout", "1h"])
    let (client, _) = try await server.used("/mutate", review)
    server.program.signal(SIGTERM)
    try await untilDraining(server)
    #expect(try await server.admin("/readyz").status == 503)
    #expect(try await server.admin("/livez").status == 200)
    let reply = try await client.post("/mutate", review)
    #expect(reply.status == 200)
    #expect(reply.fields["connection"] == "close")
    let fresh = try await server.post("/mutate", review)
    #expect(fresh.status == 200)
    #expect(fresh.fields["connection"] == "close")
    // The second signal does not wait.
    server.program.signal(SIGTERM)
    #expect(try await server.program.end().status != 0)
  }

  @Test func `connections that nobody uses do not hold up the end`() async throws {
    let server = try await RunningServer.start(["--drain-timeout", "1h"])
    let (used, fresh) = (try await server.used("/mutate", review).0, try await server.connect())
    server.program.signal(SIGTERM)
    #expect(try await used.rest() == [])
    #expect(try await fresh.rest() == [])
    #expect(try await server.program.end().status == 0)
  }

  @Test(arguments: [false, true])
  func `connections that never ask are cut when the time is over, on one processor too`(onOne: Bool) async throws {
    let server = try await RunningServer.start(["--drain-timeout", "1s"], by: onOne ? Self.onOneProcessor : [])
    let (client, _) = try await server.used("/mutate", review)
    let run = try await server.stop()
    #expect(run.status == 0)
    #expect((try? await client.rest()) ?? [] == [])
  }

  /// Runs a command on one processor, on which a busy thread lets no other one run.
  private static let onOneProcessor = [
    "python3", "-c",
    "import os, sys; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); os.execv(sys.argv[1], sys.argv[1:])",
  ]

  private func untilDraining(_ server: RunningServer) async throws {
    try await eventually("that it drains") {
      try await server.admin("/readyz").text.contains("[-]serving failed: the server is draining\n")
    }
  }
}
