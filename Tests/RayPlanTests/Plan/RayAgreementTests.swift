import Admission
import JSON
import RayPlan
import TestSupport
import Testing

private let head = "/spec/headGroupSpec/rayStartParams"
private let worker = "/spec/workerGroupSpecs/0/rayStartParams"

/// Where Raymesh once thought otherwise than `ray start`. `Tests/Ray` tries the same and more with Ray itself.
@Suite struct RayAgreementTests {
  typealias Case = RefusalTests.Case

  @Test(arguments: [
    Case(
      "a range of one beside a list",
      head: ["worker-port-list": "20000,20001", "min-worker-port": "30000", "max-worker-port": "30000"],
      "\(head)/max-worker-port: found 30000, expected a port above 30000, which is the first of the range "
        + "(\(head)/min-worker-port)"),
    Case(
      "a minimum above Ray's own maximum, beside a list",
      head: ["worker-port-list": "20000,20001", "min-worker-port": "19999"],
      "\(head)/max-worker-port: found nothing, expected a port above 19999, which is the first of the range "
        + "(\(head)/min-worker-port)"),
    Case(
      "a privileged bound beside a list", head: ["worker-port-list": "20000,20001", "min-worker-port": "80"],
      #"\#(head)/min-worker-port: found "80", expected a port from 1024 to 65535"#),
    Case(
      "a privileged client port on a worker", worker: ["ray-client-server-port": "1023"],
      #"\#(worker)/ray-client-server-port: found "1023", expected a port from 1024 to 65535"#),
    Case(
      "no number on a worker", worker: ["dashboard-port": "abc"],
      #"\#(worker)/dashboard-port: found "abc", expected a port from 1 to 65535"#),
    Case(
      "two ports on a worker that only heads use", worker: ["ray-client-server-port": "8265"],
      "port 8265 is taken twice in worker group small-group, by \(worker)/dashboard-port (the default) and by "
        + "\(worker)/ray-client-server-port; expected a port for each"),
    Case(
      "dashboard-grpc-port on a worker of old", worker: ["dashboard-grpc-port": "7000", "node-manager-port": "7000"],
      version: "2.44.1",
      "port 7000 is taken twice in worker group small-group, by \(worker)/node-manager-port and by "
        + "\(worker)/dashboard-grpc-port; expected a port for each"),
    Case(
      "a component in Ray's own worker range, which Raymesh leaves to a group on its nodes' network",
      head: GroupSketch(), worker: GroupSketch(parameters: ["node-manager-port": "19999"], pod: ["hostNetwork": true]),
      "port 19999 of \(worker)/node-manager-port is among the worker ports of worker group small-group at "
        + "\(worker)/min-worker-port; expected one outside of them"),
    Case(
      "a minimum above Ray's own maximum, which Raymesh leaves to such a group", head: GroupSketch(),
      worker: GroupSketch(parameters: ["min-worker-port": "19999"], pod: ["hostNetwork": true]),
      "\(worker)/max-worker-port: found nothing, expected a port above 19999, which is the first of the range "
        + "(\(worker)/min-worker-port)"),
  ])
  func `what Ray refuses is refused`(refused: Case) throws {
    #expect(try refused.sketch.answer().denial == "RayCluster \(refused.message)")
  }

  @Test(arguments: ["2.45.0", "2.47.1", "2.48.0", "2.60.0"])
  func `dashboard-grpc-port takes no port from anybody if Ray takes no notice of it`(version: String) throws {
    let group = GroupSketch(parameters: ["dashboard-grpc-port": "7000", "node-manager-port": "7000"])
    let sketch = ClusterSketch(rayVersion: .string(version), head: group, workers: [group])
    let ports = try HeadlessService(for: sketch.plan()).ports.filter { $0.port == Port(7000) }
    #expect(ports.map(\.name) == ["node-manager-port"])
  }

  @Test(arguments: [
    ClusterSketch(head: GroupSketch(parameters: ["worker-port-list": "20000,20001", "max-worker-port": "10003"])),
    ClusterSketch(workers: [GroupSketch(parameters: ["node-manager-port": "19999"])]),
    ClusterSketch(workers: [GroupSketch(parameters: ["node-manager-port": "20000"], pod: ["hostNetwork": true])]),
    ClusterSketch(workers: [GroupSketch(parameters: ["max-worker-port": "10003"], pod: ["hostNetwork": true])]),
  ])
  func `what Ray takes is taken`(sketch: ClusterSketch) throws {
    #expect(try sketch.answer().denial == nil)
  }
}
