import Kubernetes
import Testing

@testable import Controller
import Transport

/// Which Events are written: time is handed in.
struct EventLogTests {
  private let start = Instant.now
  private let key = ObjectKey(namespace: "ray", name: "demo")

  private func event(_ message: String) -> ClusterEvent { ClusterEvent(reason: .conflict, message: message) }

  @Test func `the same Event is written once, and then as a count every ten minutes`() {
    var log = EventLog()
    #expect(log.entry(for: event("a"), about: key, uid: "u", at: start, suffix: "1") == .new(name: "demo.1"))
    for second in 1..<600 {
      #expect(log.entry(for: event("a"), about: key, uid: "u", at: start + .seconds(second), suffix: "2") == nil)
    }
    let again = log.entry(for: event("a"), about: key, uid: "u", at: start + .seconds(600), suffix: "3")
    #expect(again == .again(name: "demo.1", count: 601))
  }

  @Test func `one cluster is never told of more than ten things at once, and others go on`() {
    var log = EventLog()
    let written = (0..<100).compactMap {
      log.entry(for: event("\($0)"), about: key, uid: "u", at: start, suffix: "\($0)")
    }
    #expect(written.count == 10)
    #expect(log.entry(for: event("x"), about: key, uid: "u", at: start + .seconds(59), suffix: "x") == nil)
    #expect(log.entry(for: event("x"), about: key, uid: "u", at: start + .seconds(60), suffix: "x") != nil)
    let other = ObjectKey(namespace: "ray", name: "other")
    #expect(log.entry(for: event("a"), about: other, uid: "u", at: start, suffix: "1") != nil)
  }

  @Test func `a cluster without Events for a day still gets at most ten at once`() {
    var log = EventLog()
    _ = log.entry(for: event("first"), about: key, uid: "u", at: start, suffix: "first")
    let later = start + .seconds(24 * 3600)
    let written = (0..<100).compactMap {
      log.entry(for: event("\($0)"), about: key, uid: "u", at: later, suffix: "\($0)")
    }
    #expect(written.count == 10)
  }

  @Test func `what an API server has forgotten is a new Event`() {
    var log = EventLog()
    _ = log.entry(for: event("a"), about: key, uid: "u", at: start, suffix: "1")
    #expect(
      log.entry(for: event("a"), about: key, uid: "u", at: start + .seconds(3600), suffix: "2") == .new(name: "demo.2"))
  }

  @Test func `an Event that the API server did not accept, or no longer has, is created again`() {
    var log = EventLog()
    _ = log.entry(for: event("a"), about: key, uid: "u", at: start, suffix: "1")
    log.lost(event("a"), about: key)
    #expect(log.entry(for: event("a"), about: key, uid: "u", at: start, suffix: "2") == .new(name: "demo.2"))
  }

  @Test func `a recreated cluster of the same name has Events of its own`() {
    var log = EventLog()
    _ = log.entry(for: event("a"), about: key, uid: "u", at: start, suffix: "1")
    #expect(log.entry(for: event("a"), about: key, uid: "v", at: start, suffix: "2") == .new(name: "demo.2"))
  }
}
