import Admission
import HTTP
import HTTPTypes
import Logging
import RayPlan
import Synchronization
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
  func `an invalid duration is rejected`(text: String) { #expect(GoDuration(text) == nil) }

  @Test func `a review is answered in time, and rejected if no time is left`() async throws {
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

  @Test func `a request that has waited longer than its client does is rejected before any work`() async throws {
    let router = Router.webhook(options: .standard, log: .silent)
    let head = HTTPRequest(
      method: .post, scheme: "https", authority: "h", path: "/mutate?timeout=5s",
      headerFields: [.contentType: "application/json"])
    for (waited, status) in [(Duration.seconds(1), 400), (.seconds(6), 503)] {
      // An invalid review shows whether the server has read it.
      let request = Request(head: head, body: Array("{}".utf8), arrival: .now - waited)
      #expect(await router.respond(to: request).head.status.code == status)
    }
  }

  /// The status that a time guard gives to a body of `bytes` bytes whose work takes `work` on its clock.
  private func status(_ time: TimeGuard, _ clock: PlayedClock, bytes: Int, timeout: String, work: Duration) -> Int {
    let head = HTTPRequest(method: .post, scheme: "https", authority: "h", path: "/mutate?timeout=\(timeout)")
    let request = Request(head: head, body: [UInt8](repeating: 0, count: bytes), arrival: clock.now)
    return time.respond(to: request) { _, _ in
      clock.pass(work)
      return .text(.ok, "done")
    }.head.status.code
  }

  @Test(arguments: [36_000, 2_900_000])
  func `one slow review turns no honest one away`(slow: Int) {
    let clock = PlayedClock()
    let time = TimeGuard("/mutate") { clock.now }
    let work = Duration.milliseconds(30)
    for _ in 0..<4 { #expect(status(time, clock, bytes: 2_900_000, timeout: "10s", work: work) == 200) }
    #expect(status(time, clock, bytes: slow, timeout: "30s", work: .seconds(12)) == 200)
    for _ in 0..<11 { #expect(status(time, clock, bytes: 2_900_000, timeout: "10s", work: work) == 200) }
  }

  @Test func `if all of a kind take too long, no more are begun, until that is long ago`() {
    let clock = PlayedClock()
    let time = TimeGuard("/mutate") { clock.now }
    for _ in 0..<5 { #expect(status(time, clock, bytes: 2_900_000, timeout: "10s", work: .seconds(3)) == 200) }
    #expect(status(time, clock, bytes: 2_900_000, timeout: "2s", work: .seconds(3)) == 503)
    #expect(status(time, clock, bytes: 2_900_000, timeout: "4s", work: .seconds(3)) == 200)
    #expect(status(time, clock, bytes: 100, timeout: "2s", work: .milliseconds(1)) == 200)
    clock.pass(.seconds(31))
    #expect(status(time, clock, bytes: 2_900_000, timeout: "2s", work: .milliseconds(30)) == 200)
  }

  @Test func `work that has begun ends with the time for it`() throws {
    let clock = PlayedClock()
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let endpoint = AdmissionEndpoint(reviewer: Reviewer(), log: log)
    let head = HTTPRequest(
      method: .post, scheme: "https", authority: "h", path: "/mutate?timeout=5s",
      headerFields: [.contentType: "application/json"])
    let body = try Fixture.bytes("webhook/create.json")
    for (wait, status) in [(Duration.seconds(4), 200), (.seconds(6), 503)] {
      let request = Request(head: head, body: body, arrival: clock.now)
      let response = TimeGuard("/mutate", now: { clock.now }).respond(to: request) { request, budget in
        clock.pass(wait)
        return endpoint.respond(to: request, within: &budget)
      }
      #expect(response.head.status.code == status)
      #expect(response.head.headerFields[.retryAfter] == (status == 503 ? "1" : nil))
    }
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

/// A clock that goes as the test says.
private final class PlayedClock: Sendable {
  private let time = Mutex(Instant.now)

  var now: Instant { time.withLock { $0 } }

  func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}
