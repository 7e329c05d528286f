import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// Port 0, and parameters that KubeRay leaves out.
@Suite struct RandomPortTests {
  @Test(arguments: [
    "port", "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port",
    "dashboard-agent-listen-port", "metrics-export-port", "dashboard-port",
  ])
  func `port 0 has Ray choose, which is told and not refused`(name: String) throws {
    for value in ["0", "00", "-0", "'0 '"] {
      let sketch = ClusterSketch(head: GroupSketch(parameters: [name: .string(value)]))
      let answer = try sketch.answer()
      #expect(answer.denial == nil)
      #expect(
        answer.warnings.first?.hasPrefix("raymesh: \(name) of the head group has Ray choose at random: not in the")
          == true)
      #expect(!answer.patch.operations.contains { $0.path.description.hasSuffix("/\(name)") })
      #expect(try !HeadlessService(for: sketch.plan()).ports.contains { $0.name == name })
    }
  }

  @Test func `if Ray refuses 0, it is refused`() throws {
    let client = ClusterSketch(head: GroupSketch(parameters: ["ray-client-server-port": "0"]))
    #expect(try client.answer().denial?.contains("found \"0\", expected a port from 1024 to 65535") == true)
    let agent = GroupSketch(parameters: ["runtime-env-agent-port": "0"])
    #expect(try ClusterSketch(image: "rayproject/ray:2.46.0", head: agent).answer().denial != nil)
    #expect(try ClusterSketch(image: "rayproject/ray:2.60.0", head: agent).answer().denial == nil)
    let worker = ClusterSketch(workers: [GroupSketch(parameters: ["port": "0"])])
    #expect(try worker.answer().denial?.contains("no port on a worker group") == true)
    let minimum = ClusterSketch(head: GroupSketch(parameters: ["min-worker-port": "0"]))
    #expect(try minimum.answer().denial?.contains("port 6379 of") == true, "Ray takes all below 19999")
  }

  @Test(arguments: [
    ["min-worker-port": "0", "max-worker-port": "0"], ["max-worker-port": "0"],
    ["min-worker-port": "20000", "max-worker-port": "0"],
  ])
  func `worker ports that Ray chooses are not listed, and not completed`(parameters: JSONValue) throws {
    let sketch = ClusterSketch(head: GroupSketch(parameters: parameters))
    let answer = try sketch.answer()
    #expect(answer.warnings.first?.contains("-worker-port of the head group has Ray choose at random") == true)
    #expect(!answer.patch.operations.contains { $0.path.description.hasSuffix("-worker-port") })
    #expect(try sketch.plan().groups[0].workerPorts.count == 0)
  }

  @Test func `false leaves a parameter out, and what is left is Ray's`() throws {
    let parameters: JSONValue = [
      "node-manager-port": "false", "metrics-export-port": "False", "dashboard-port": "FALSE",
      "max-worker-port": "false",
      "num-cpus": "false",
    ]
    let sketch = ClusterSketch(head: GroupSketch(parameters: parameters, resources: ["limits": ["cpu": "3"]]))
    let plan = try sketch.plan()
    let ports = plan.groups[0].ports
    #expect(ports.first { $0.component == .dashboard }?.port.number == 8265)
    #expect(!ports.contains { $0.component == .nodeManager || $0.component == .metricsExport })
    #expect(plan.groups[0].workerPorts.count == 0)
    let names = try sketch.answer().patch.operations.map(\.path.description)
    #expect(!names.contains { $0.hasSuffix("node-manager-port") || $0.hasSuffix("max-worker-port") })
    let worker = ClusterSketch(workers: [GroupSketch(parameters: ["port": "false"])])
    #expect(try worker.answer().denial == nil)
  }
}
