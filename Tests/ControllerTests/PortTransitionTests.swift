import Kubernetes
import Limits
import RayPlan
import Testing

@testable import Controller

/// What a Service lists from one plan to the next, and what is written down beside it.
struct PortTransitionTests {
  private let old = RFC3339Time(second: 1_000)
  private let now = RFC3339Time(second: 2_000)
  private let new = RFC3339Time(second: 3_000)

  private func ports(_ numbers: [UInt16], _ appProtocol: String? = "grpc") -> PortRuns {
    PortRuns(numbers.map { PortRun(name: "p\($0)", number: $0, appProtocol: appProtocol) })
  }

  private func transition(
    to wanted: PortRuns, from live: PortRuns, record: PortRecord? = nil, oldest: RFC3339Time?
  ) -> PortTransition {
    PortTransition(to: wanted, from: (live, record), oldest: oldest, now: now)
  }

  @Test func `a port is added at once, whichever pods run`() {
    let transition = transition(to: ports([1, 2]), from: ports([1]), oldest: old)
    #expect(transition.ports == ports([1, 2]))
    #expect(transition.waiting == nil)
  }

  @Test func `a port that pods may use stays until none of them is left`() throws {
    let first = transition(to: ports([2, 3]), from: ports([1, 2]), oldest: old)
    #expect(first.ports.numbers == [1, 2, 3])
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

  @Test func `a manual change is reverted at once, because the plan is the same`() {
    let record = transition(to: ports([1, 2]), from: ports([1, 2]), oldest: old).record
    for live in [ports([1]), ports([1, 2, 9]), ports([1, 2], "tcp"), .none] {
      #expect(transition(to: ports([1, 2]), from: live, record: record, oldest: old).ports == ports([1, 2]))
    }
  }

  @Test func `a port that is kept is restored after somebody removes it`() {
    let first = transition(to: ports([2]), from: ports([1, 2]), oldest: old)
    let again = transition(to: ports([2]), from: ports([2]), record: first.record, oldest: old)
    #expect(again.ports == first.ports)
  }

  @Test func `a plan that changes while ports are kept keeps those too`() {
    let first = transition(to: ports([2]), from: ports([1, 2]), oldest: old)
    let second = transition(to: ports([3]), from: first.ports, record: first.record, oldest: old)
    #expect(second.ports.numbers == [1, 2, 3])
  }

  @Test func `names stay unique if a component has moved`() {
    let live = PortRuns([PortRun(name: "node-manager-port", number: 6380, appProtocol: "grpc")])
    let wanted = PortRuns([PortRun(name: "node-manager-port", number: 6384, appProtocol: "grpc")])
    let names = transition(to: wanted, from: live, oldest: old).ports.names
    #expect(names == ["old-6380", "node-manager-port"])
  }

  @Test func `a record is read as it was written, long ranges in a few words`() throws {
    let kept = PortRuns([
      PortRun(10002...10999, .tcp, "grpc", .numbered),
      PortRun(name: "dns", number: 53, transport: .udp, appProtocol: nil),
      PortRun(name: "web", number: 7, appProtocol: "http"),
    ])
    let record = PortRecord(wanted: "abc", kept: kept, since: now)
    #expect(record.text == "abc \(now) 7-7/TCP/http 10002-10999/TCP/grpc 53-53/UDP/")
    let read = try #require(PortRecord(record.text))
    #expect(read == record)
    #expect(read.kept.runs.count == 3, "ranges stay ranges")
    #expect(read.text == record.text)
    #expect(PortRecord("abc")?.text == "abc")
  }

  @Test(arguments: [
    "", "a b", "a 2026 1-1/TCP/grpc", "a 2026-11-25T00:00:00Z 1-x/TCP/grpc", "a 2026-11-25T00:00:00Z 2-1/TCP/",
    "a 2026-11-25T00:00:00Z 0-1/TCP/", "a 2026-11-25T00:00:00Z 1-65536/TCP/", "a 2026-11-25T00:00:00Z 1-2/tcp/",
    "a 2026-11-25T00:00:00Z 1-2/TCP", "a 2026-11-25T00:00:00Z 1-1-2/TCP/",
    "a 2026-11-25T00:00:00Z 1-9/TCP/grpc 5-12/TCP/http",
  ])
  func `a record that nobody wrote so is none`(text: String) { #expect(PortRecord(text) == nil) }

  @Test func `neighbors whose protocols differ are two runs of a record`() throws {
    let kept = PortRuns([
      PortRun(1...2, .tcp, "grpc", .kept), PortRun(3...4, .tcp, "http", .kept), PortRun(5...6, .tcp, nil, .kept),
      PortRun(7...8, .udp, nil, .kept),
    ])
    let record = PortRecord(wanted: "abc", kept: kept, since: now)
    #expect(record.text == "abc \(now) 1-2/TCP/grpc 3-4/TCP/http 5-6/TCP/ 7-8/UDP/")
    #expect(PortRecord(record.text)?.kept == kept)
  }

  @Test func `a record beyond its bounds is none, however it is written`() {
    let all = "a 2026-11-25T00:00:00Z" + String(repeating: " 1-65535/TCP/grpc", count: 60)
    #expect(PortRecord(all) == nil, "the same ports again and again")
    #expect(PortRecord("a 2026-11-25T00:00:00Z 1-65535/TCP/") == nil, "more ports than a Service can list")
    let runs = (1...3000).map { " \($0 * 2)-\($0 * 2)/TCP/" }.joined()
    #expect(PortRecord("a 2026-11-25T00:00:00Z\(runs)") == nil, "more runs than a plan makes")
    #expect(PortRecord(String(repeating: "a", count: ClusterLimits.portRecord.value + 1)) == nil)
    let spoken = String(repeating: "p", count: ClusterLimits.portProtocol.value)
    #expect(PortRecord("a 2026-11-25T00:00:00Z 1-10000/TCP/\(spoken)")?.kept.count == 10_000)
    #expect(PortRecord("a 2026-11-25T00:00:00Z 1-10000/TCP/\(spoken)p") == nil, "each port would be written with it")
  }

  @Test func `what is kept is within the bounds in which it is read`() throws {
    let wide = PortRecord(wanted: "a", kept: PortRuns([PortRun(1...65535, .tcp, "grpc", .numbered)]), since: now)
    #expect(wide.kept.count == ClusterLimits.keptPorts.value)
    let many = (1...30_000).map { PortRun(name: "n", number: $0 * 2, appProtocol: "a/b") }
    let record = PortRecord(wanted: "a", kept: PortRuns(many), since: now)
    #expect(record.kept.runs.count == ClusterLimits.portRuns.value)
    #expect(PortRecord(record.text) == record)
  }

  @Test func `a digest is of single ports, as Services of earlier versions have it`() {
    let runs = PortRuns([
      PortRun(1...2, .tcp, "grpc", .numbered), PortRun(name: "dns", number: 2, transport: .udp, appProtocol: nil),
    ])
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "1/TCP/grpc;2/TCP/grpc;2/UDP/;".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    #expect(PortRecord.digest(of: runs) == String(hash, radix: 36))
  }
}

extension PortRuns {
  /// Every number, in order.
  var numbers: [UInt16] {
    var numbers: [UInt16] = []
    each { _, number in
      numbers.append(number)
      return true
    }
    return numbers
  }

  /// Every name, in the order of the numbers.
  var names: [String] {
    var names: [String] = []
    each { run, number in
      names.append(run.name(of: number))
      return true
    }
    return names
  }
}
