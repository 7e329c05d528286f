import JSON
import RayMesh
import TestSupport
import Testing

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
    ClusterSketch(rayVersion: "2.10", head: GroupSketch(parameters: ["num-cpus": .string("\(cpus)")]))
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
    let plan = try ClusterSketch(rayVersion: "2.10", head: group, workers: [group, GroupSketch(name: "b")])
      .plan(PlanOptions(maximumPorts: 96))
    #expect(plan.added()["max-worker-port"] == "10085" && plan.portCount == 96)
  }

  @Test func `what the user states stays whole, and is warned of`() throws {
    let worker = GroupSketch(parameters: ["min-worker-port": "20000", "max-worker-port": "22999"])
    let sketch = ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"]), workers: [worker])
    let plan = try sketch.plan()
    #expect(plan.groups[1].workerPorts.count == 3000)
    #expect(plan.added()["max-worker-port"] == "10003", "two are the fewest that ray start takes")
    let warning = "raymesh: the Service lists 3013 ports, above the limit of 1000: each sidecar holds them all"
    #expect(plan.warnings.contains(warning) && plan.portCount == 3013)
    guard case .patch(_, let notices) = try sketch.answer() else { return #expect(Bool(false), "no patch") }
    #expect(notices.warnings.contains(warning) && warning.utf8.count < 120)
  }

  @Test func `a node of many CPUs gets what fits`() throws {
    let plan = try plain(cpus: 1000).plan()
    #expect(plan.portCount == 1000 && plan.added()["max-worker-port"] == "10989")
    #expect(try plain(cpus: 1000).plan(PlanOptions(maximumPorts: 65535)).added()["max-worker-port"] == "14021")
  }
}
