import Testing

@testable import Controller

/// What a Service lists from one plan to the next, and what is written down beside it.
struct PortTransitionTests {
  private let old = RFC3339Time(second: 1_000)
  private let now = RFC3339Time(second: 2_000)
  private let new = RFC3339Time(second: 3_000)

  private func ports(_ numbers: [Int], _ appProtocol: String? = "grpc") -> [LivePort] {
    numbers.map { LivePort(name: "p\($0)", number: $0, appProtocol: appProtocol) }
  }

  private func transition(
    to wanted: [LivePort], from live: [LivePort], record: PortRecord? = nil, oldest: RFC3339Time?
  ) -> PortTransition {
    PortTransition(to: wanted, from: (live, record), oldest: oldest, now: now)
  }

  @Test func `a port is added at once, whoever runs`() {
    let transition = transition(to: ports([1, 2]), from: ports([1]), oldest: old)
    #expect(transition.ports == ports([1, 2]))
    #expect(transition.waiting == nil)
  }

  @Test func `a port that pods may use stays until none of them is left`() throws {
    let first = transition(to: ports([2, 3]), from: ports([1, 2]), oldest: old)
    #expect(first.ports.map(\.number) == [1, 2, 3])
    #expect(first.waiting == "1")
    #expect(first.record.since == now)
    for oldest in [old, now] {
      let later = transition(to: ports([2, 3]), from: first.ports, record: first.record, oldest: oldest)
      #expect(later.ports == first.ports)
      #expect(later.record == first.record)
    }
    for oldest in [new, nil] {
      let last = transition(to: ports([2, 3]), from: first.ports, record: first.record, oldest: oldest)
      #expect(last.ports == ports([2, 3]))
      #expect(last.waiting == nil)
    }
  }

  @Test func `a protocol changes when the pods that speak the old one are gone`() {
    let first = transition(to: ports([1], "http"), from: ports([1], "grpc"), oldest: old)
    #expect(first.ports == ports([1], "grpc"))
    #expect(first.waiting == "1")
    let last = transition(to: ports([1], "http"), from: first.ports, record: first.record, oldest: nil)
    #expect(last.ports == ports([1], "http"))
  }

  @Test func `what a hand has changed is put right at once, as the plan is the same`() {
    let record = transition(to: ports([1, 2]), from: ports([1, 2]), oldest: old).record
    for live in [ports([1]), ports([1, 2, 9]), ports([1, 2], "tcp"), []] {
      #expect(transition(to: ports([1, 2]), from: live, record: record, oldest: old).ports == ports([1, 2]))
    }
  }

  @Test func `a hand that takes away what is kept does not get far either`() {
    let first = transition(to: ports([2]), from: ports([1, 2]), oldest: old)
    let again = transition(to: ports([2]), from: ports([2]), record: first.record, oldest: old)
    #expect(again.ports == first.ports)
  }

  @Test func `a plan that changes while ports are kept keeps those too`() {
    let first = transition(to: ports([2]), from: ports([1, 2]), oldest: old)
    let second = transition(to: ports([3]), from: first.ports, record: first.record, oldest: old)
    #expect(second.ports.map(\.number) == [1, 2, 3])
  }

  @Test func `names stay unique where a component has moved`() {
    let live = [LivePort(name: "node-manager-port", number: 6380, appProtocol: "grpc")]
    let wanted = [LivePort(name: "node-manager-port", number: 6384, appProtocol: "grpc")]
    let names = transition(to: wanted, from: live, oldest: old).ports.map(\.name)
    #expect(names == ["old-6380", "node-manager-port"])
  }

  @Test func `a record is read as it was written, long ranges in a few words`() throws {
    let kept = (10002...10999).map { LivePort(name: "old-\($0)", number: $0, appProtocol: "grpc") }
    let mixed = [
      LivePort(name: "old-53", number: 53, transport: "UDP", appProtocol: nil),
      LivePort(name: "old-7", number: 7, appProtocol: "http"),
    ]
    let record = PortRecord(wanted: "abc", kept: kept + mixed, since: now)
    #expect(record.text == "abc \(now) 7-7/TCP/http 10002-10999/TCP/grpc 53-53/UDP/")
    let read = try #require(PortRecord(record.text))
    #expect(Set(read.kept) == Set(record.kept))
    #expect(read.text == record.text)
    #expect(PortRecord("abc")?.text == "abc")
  }

  @Test(arguments: [
    "", "a b", "a 2026 1-1/TCP/grpc", "a 2026-11-25T00:00:00Z 1-x/TCP/grpc", "a 2026-11-25T00:00:00Z 2-1/TCP/",
  ])
  func `a record that nobody wrote so is none`(text: String) { #expect(PortRecord(text) == nil) }
}
