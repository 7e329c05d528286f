import Admission
import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct PlanOptionsTests {
  @Test func `the standard is what the flags default to`() throws {
    #expect(PlanOptions.standard.clusterDomain == "cluster.local")
    #expect(PlanOptions.standard.nodeAddressWait == 60 && PlanOptions.standard.maximumPorts == 1000)
    #expect(try PlanOptions() == .standard)
  }

  @Test(arguments: [
    ("", 60, 1000, "--cluster-domain: found , expected a DNS name, such as cluster.local"),
    ("a b", 60, 1000, "--cluster-domain: found a b, expected a DNS name, such as cluster.local"),
    ("$(id)", 60, 1000, "--cluster-domain: found $(id), expected a DNS name, such as cluster.local"),
    ("local", -1, 1000, "--node-address-wait: found -1, expected a number of seconds from 0 to 3600"),
    ("local", 3601, 1000, "--node-address-wait: found 3601, expected a number of seconds from 0 to 3600"),
    ("local", 60, 49, "--maximum-ports: found 49, expected a number of ports from 50 to 65535"),
    ("local", 60, 65536, "--maximum-ports: found 65536, expected a number of ports from 50 to 65535"),
  ])
  func `an option out of its bounds is refused by name`(domain: String, wait: Int, ports: Int, message: String) {
    let error = #expect(throws: PlanOptionError.self) {
      try PlanOptions(clusterDomain: domain, nodeAddressWait: wait, maximumPorts: ports)
    }
    #expect(error?.description == message)
  }
}

@Suite struct MaximumPortsTests {
  /// 12 components and the worker ports: what a plain cluster of an old Ray lists.
  private func plain(cpus: Int) -> ClusterSketch {
    ClusterSketch(image: "rayproject/ray:2.10.0", head: GroupSketch(parameters: ["num-cpus": .string("\(cpus)")]))
  }

  @Test(arguments: [(62, "10051"), (61, "10050"), (50, "10039")])
  func `Raymesh's own worker range ends where the Service is full`(maximum: Int, last: String) throws {
    let plan = try plain(cpus: 1).plan(PlanOptions(maximumPorts: maximum))
    #expect(plan.added()["max-worker-port"] == last)
    #expect(plan.portCount == maximum)
    #expect(
      plan.warnings.map { $0.contains("worker ports, its largest node may need 50") } == (maximum < 62 ? [true] : []))
    #expect(try HeadlessService(for: plan).ports.count == maximum)
  }

  @Test func `a port that groups share counts once`() throws {
    let group = GroupSketch(parameters: ["num-cpus": "1"])
    let plan = try ClusterSketch(image: "rayproject/ray:2.10.0", head: group, workers: [group, GroupSketch(name: "b")])
      .plan(PlanOptions(maximumPorts: 96))
    #expect(plan.added()["max-worker-port"] == "10085" && plan.portCount == 96)
  }

  @Test func `what the user states beyond the limit is planned and not listed, with a warning`() throws {
    let worker = GroupSketch(parameters: ["min-worker-port": "20000", "max-worker-port": "22999"])
    let sketch = ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"]), workers: [worker])
    let plan = try sketch.plan()
    #expect(plan.groups[1].workerPorts.count == 3000)
    #expect(plan.listedWorkerPorts == [.known(20000)...(.known(20999))])
    let warning =
      "raymesh: worker ports 21000-22999 are above the limit of 1000, not in the Service: STRICT refuses calls there"
    #expect(plan.warnings.contains(warning) && plan.portCount == 1011)
    guard case .patch(_, let notices) = try sketch.answer() else { return #expect(Bool(false), "no patch") }
    #expect(notices.warnings.contains(warning) && warning.utf8.count < 120)
    #expect(try HeadlessService(for: plan).ports.count == 1011)
  }

  @Test(arguments: [("10002", "10990", "10002", "10051"), ("20000", "20990", "20000", "20049")])
  func `worker ports that the Service lists anyway cost nothing`(
    first: String, last: String, ownFirst: String, ownLast: String
  ) throws {
    let head = GroupSketch(
      parameters: ["min-worker-port": .string(first), "max-worker-port": .string(last), "num-cpus": "1"])
    let sketch = ClusterSketch(head: head, workers: [GroupSketch(parameters: ["num-cpus": "1"])])
    let plan = try sketch.plan()
    #expect(plan.added(to: 1)["min-worker-port"] == ownFirst && plan.added(to: 1)["max-worker-port"] == ownLast)
    #expect(plan.warnings.isEmpty && plan.listedWorkerPorts.count == 1)
    #expect(try sketch.object.created().answer().patch.isEmpty)
  }

  @Test func `of stated ranges the narrow ones are listed whole, and wide ones share what is left`() throws {
    let ranges = [("20000", "29999"), ("30000", "30099"), ("40000", "44000")]
    let workers = ranges.enumerated().map { index, range in
      GroupSketch(
        name: "group-\(index)",
        parameters: ["min-worker-port": .string(range.0), "max-worker-port": .string(range.1), "num-cpus": "1"])
    }
    let plan = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"]), workers: workers).plan()
    let listed = plan.listedWorkerPorts.map { "\($0.lowerBound)-\($0.upperBound)" }
    #expect(listed == ["20000-20474", "30000-30099", "40000-40424"])
    #expect(plan.listed.count == 1000 + 11)
  }

  @Test func `however many numbers groups state for components and containers, the Service has an end`() throws {
    let workers = (0..<900).map { index in
      GroupSketch(
        name: "group-\(index)", parameters: ["node-manager-port": .string("\(20000 + index)")],
        ports: [["containerPort": .integer(Int64(40000 + index))]])
    }
    let plan = try ClusterSketch(workers: workers).plan()
    #expect(plan.listed.count == 1012)
    #expect(plan.notices.contains { $0.sentence.hasPrefix("ports 40101-40899 are above the limit of 1000") })
  }

  @Test func `a node of many CPUs gets what fits`() throws {
    let plan = try plain(cpus: 1000).plan()
    #expect(plan.portCount == 1000 && plan.added()["max-worker-port"] == "10989")
    #expect(try plain(cpus: 1000).plan(PlanOptions(maximumPorts: 65535)).added()["max-worker-port"] == "14021")
  }
}
