import HTTP
import HTTPTypes
import RayMesh
import TestSupport
import Testing
import Transport

@testable import Webhook

/// `?timeout=`, and how Go writes it.
@Suite(.timeLimit(.minutes(3))) struct TimeGuardTests {
  @Test(arguments: [
    ("5s", Duration.seconds(5)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)), ("1.5s", .milliseconds(1500)),
    ("2h", .seconds(7200)), ("0", .zero), ("10us", .microseconds(10)), ("7ns", .nanoseconds(7)),
    (".5s", .milliseconds(500)),
  ])
  func `a duration of Go's is read`(text: String, duration: Duration) {
    #expect(GoDuration(text)?.duration == duration)
  }

  @Test(arguments: [
    "", "5", "s", "-5s", "5 s", "5x", "1e3s", "5s ", "..s", ".", "1.2.3s", "99999999999999999999h", "٣s",
  ])
  func `what is none is not`(text: String) { #expect(GoDuration(text) == nil) }

  @Test func `a review is answered in its time, and turned away where there is none left`() async throws {
    let review = try Fixture.bytes("webhook/create.json")
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for (query, status) in [("?timeout=30s", 200), ("", 200), ("?a=b&timeout=1m0s", 200), ("?timeout=0s", 503)] {
        try await client.send([Post("/mutate\(query)", review).bytes])
        let response = try await client.response()
        #expect(response.status == status, "\(query)")
        #expect(response.fields["retry-after"] == (status == 503 ? "1" : nil))
      }
    }
  }

  @Test func `what has waited for longer than its client does is turned away, before any work`() async throws {
    let router = Router.webhook(options: .standard, log: .silent)
    let head = HTTPRequest(
      method: .post, scheme: "https", authority: "h", path: "/mutate?timeout=5s",
      headerFields: [.contentType: "application/json"])
    for (waited, status) in [(Duration.seconds(1), 400), (.seconds(6), 503)] {
      // What is no review shows whether somebody looked at it.
      let request = Request(head: head, body: Array("{}".utf8), arrival: .now - waited)
      #expect(await router.respond(to: request).head.status.code == status)
    }
  }

  /// What a time guard says to a body of so many bytes, work on which takes a while.
  private func status(_ time: TimeGuard, bytes: Int, timeout: String, work: Duration = .zero) -> Int {
    let head = HTTPRequest(method: .post, scheme: "https", authority: "h", path: "/mutate?timeout=\(timeout)")
    let body = [UInt8](repeating: 0, count: bytes)
    return time.respond(to: Request(head: head, body: body)) { _ in
      let end = Instant.now + work
      while end > .now {}
      return .text(.ok, "done")
    }.head.status.code
  }

  @Test func `one small request that took long does not have large ones turned away`() {
    let time = TimeGuard("/mutate")
    #expect(status(time, bytes: 2, timeout: "1h", work: .milliseconds(100)) == 200)
    #expect(status(time, bytes: 100_000, timeout: "30s") == 200)
  }

  @Test func `where all are turned away, some are let in again`() {
    let time = TimeGuard("/mutate")
    #expect(status(time, bytes: 65_536, timeout: "1h", work: .milliseconds(100)) == 200)
    #expect(status(time, bytes: 8 << 20, timeout: "1s") == 503)
    #expect((0..<200).contains { _ in status(time, bytes: 8 << 20, timeout: "1s") == 200 })
  }

  @Test func `a timeout that cannot be read is told`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate?timeout=soon", try Fixture.bytes("webhook/create.json")).bytes])
      let response = try await client.response()
      #expect(response.status == 400)
      #expect(response.text == "{\"error\":\"?timeout: found soon, expected a duration such as 5s\"}\n")
    }
  }
}
