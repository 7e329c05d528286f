import Explain
import JSON
import RayPlan
import TestSupport
import Testing

/// Whose choice a number is, and why it is that one.
@Suite struct PortReasonTests {
  private static let need = "max(50, 4 * 1 + 20) = 50 for 1 CPU (num-cpus of head)"
  private let one = GroupSketch(parameters: ["num-cpus": "1"])

  @Test func `what nobody sets is the default of Ray or Raymesh's usual number, for all groups in one line`() throws {
    let explanation = try ClusterSketch(head: one, workers: [one]).explanation()
    #expect(explanation.uses(of: 6379) == ["head | ray | Ray's default"])
    #expect(explanation.uses(of: 6380) == ["head small-group | raymesh | the usual number"])
    #expect(explanation.uses(of: 8080) == ["head small-group | raymesh | KubeRay's default"])
    #expect(explanation.uses(of: 10002) == ["head small-group | raymesh | \(PortReasonTests.need)"])
    #expect(explanation.uses(of: 10051) == explanation.uses(of: 10002))
    #expect(explanation.uses(of: 44217) == ["head | ray | Ray's default"])
  }

  @Test func `what the user sets is his, in the other groups too if it is theirs`() throws {
    let head = GroupSketch(
      parameters: ["port": "6390", "node-manager-port": "6380", "num-cpus": "1"],
      env: [["name": "DASHBOARD_METRIC_PORT", "value": "45000"]])
    let explanation = try ClusterSketch(head: head, workers: [one]).explanation()
    #expect(
      explanation.uses(of: 6380) == [
        "head | user | set in rayStartParams", "small-group | raymesh | the usual number",
      ])
    #expect(explanation.uses(of: 6390) == ["head | user | set by port"])
    #expect(explanation.uses(of: 45000) == ["head | user | set by DASHBOARD_METRIC_PORT"])
  }

  @Test(
    arguments: [
      (GroupSketch(ports: [["containerPort": 6380, "name": "web"]]), "6380 is container port web of small-group"),
      (GroupSketch(ports: [["containerPort": 6380]]), "6380 is a container port of small-group"),
      (GroupSketch(parameters: ["object-manager-port": "6380"]), "6380 is object-manager-port of small-group"),
      (GroupSketch(parameters: ["worker-port-list": "6380"]), "6380 is a worker port of small-group"),
      (GroupSketch(parameters: ["dashboard-port": "6380"]), "6380 is dashboard-port of small-group"),
    ] as [(GroupSketch, String)])
  func `a number that had to move says who is in its place`(worker: GroupSketch, taker: String) throws {
    let explanation = try ClusterSketch(workers: [worker]).explanation()
    #expect(explanation.uses(of: 6384) == ["head small-group | raymesh | moved, because \(taker)"])
  }

  @Test func `a number that moves out of the way of another of Raymesh's says so`() throws {
    let head = GroupSketch(ports: [["containerPort": 8266]])
    let explanation = try ClusterSketch(image: "rayproject/ray:2.10.0", head: head).explanation()
    #expect(explanation.uses(of: 8267) == ["head | raymesh | moved, because 8266 is a container port of head"])
  }

  @Test(
    arguments: [
      (["num-cpus": "40"], nil, nil, "max(50, 4 * 40 + 20) = 180 for 40 CPUs (num-cpus of small-group)"),
      (nil, ["CPU": "20"], nil, "max(50, 4 * 20 + 20) = 100 for 20 CPUs (resources of small-group)"),
      (nil, nil, ["limits": ["cpu": "9"], "requests": ["cpu": "2"]], "56 for 9 CPUs (limit of small-group)"),
      (nil, nil, ["requests": ["cpu": "500m"]], "50 for 1 CPU (request of small-group)"),
      (nil, nil, nil, "max(50, 4 * 16 + 20) = 84 for 16 CPUs, because small-group states none"),
      (["num-cpus": "$(nproc)"], nil, nil, "84 for 16 CPUs, because small-group states none"),
    ] as [(JSONValue?, JSONValue?, JSONValue?, String)])
  func `the worker range says by which CPUs it is so wide`(
    parameters: JSONValue?, group: JSONValue?, container: JSONValue?, words: String
  ) throws {
    let head = GroupSketch(parameters: ["num-cpus": "0"])
    let worker = GroupSketch(parameters: parameters, groupResources: group, resources: container)
    let uses = try ClusterSketch(head: head, workers: [worker]).explanation().uses(of: 10002)
    #expect(uses.count == 1 && uses.first?.hasSuffix(words) == true, "\(uses)")
  }

  @Test func `a worker range says what moved it, what cut it short, or that it is as wide as ports go`() throws {
    let moved = GroupSketch(parameters: ["num-cpus": "1"], ports: [["containerPort": 10010, "name": "web"]])
    #expect(
      try ClusterSketch(head: moved).explanation().uses(of: 10011) == [
        "head | raymesh | \(PortReasonTests.need); moved, because 10010 is container port web of head"
      ])
    let options = try PlanOptions(maximumPorts: 50)
    #expect(
      try ClusterSketch(head: one).explanation(options).uses(of: 10002) == [
        "head | raymesh | \(PortReasonTests.need); limited by --maximum-ports 50"
      ])
    let vast = GroupSketch(parameters: ["num-cpus": "20000"])
    #expect(
      try ClusterSketch(head: vast).explanation().uses(of: 10002) == [
        "head | raymesh | all ports for 20000 CPUs (num-cpus of head); limited by --maximum-ports 1000"
      ])
  }

  @Test(
    arguments: [
      (["min-worker-port": "20000"], 20000, "both | completed from the user's min-worker-port: \(need)"),
      (
        ["max-worker-port": "10100"], 10100,
        "both | completed from the user's max-worker-port, down to Ray's first port, 10002"
      ),
      (
        ["min-worker-port": "20000", "max-worker-port": "20100"], 20000,
        "user | set by min-worker-port and max-worker-port"
      ),
      (["worker-port-list": "30001,30000,30005"], 30001, "user | set by worker-port-list"),
    ] as [(JSONValue, Int, String)])
  func `a worker range of the user's says which end is his`(parameters: JSONValue, port: Int, words: String) throws {
    let head = GroupSketch(parameters: parameters.adding(["num-cpus": "1"]))
    #expect(try ClusterSketch(head: head).explanation().uses(of: port) == ["head | \(words)"])
  }

  @Test func `worker ranges that overlap are one entry, and each use has a range of its own`() throws {
    let head = GroupSketch(parameters: ["num-cpus": "1", "min-worker-port": "10030", "max-worker-port": "10090"])
    let listed = GroupSketch(name: "listed", parameters: ["num-cpus": "1", "worker-port-list": "30000,30001,30005"])
    let ports = try ClusterSketch(head: head, workers: [one, listed]).explanation().ports
      .filter { $0.claims.first?.use == .workers }
    #expect(ports.map { "\($0.ports)" } == ["10002...10090", "30000...30001", "30005...30005"])
    #expect(ports.first?.claims.map { "\($0.ports)" } == ["10002...10051", "10030...10090"])
  }

  @Test func `a container's port is the user's, but if Ray listens there it is Ray's`() throws {
    let head = GroupSketch(ports: [
      ["containerPort": 8000, "name": "serve"], ["containerPort": 6379, "name": "gcs"],
      ["containerPort": 10010, "name": "p10010", "protocol": "UDP"],
    ])
    let explanation = try ClusterSketch(head: head).explanation()
    #expect(explanation.uses(of: 8000) == ["head | user | the container's own port"])
    #expect(explanation.uses(of: 6379) == ["head | ray | Ray's default"])
    #expect(explanation.ports.filter { $0.transport == .udp }.map(\.claims.count) == [1])
  }

  @Test func `a number that a record calls Raymesh's, and that no plan of today has, is told as recorded`() throws {
    let record = #"{"plan":1,"head":["max-worker-port","min-worker-port","node-manager-port"],"workers":{}}"#
    let sketch = ClusterSketch(
      annotations: ["raymesh.io/managed": .string(record)],
      head: GroupSketch(parameters: [
        "node-manager-port": "7000", "min-worker-port": "10002", "max-worker-port": "10500",
      ]))
    let explanation = try sketch.explanation()
    for port in [7000, 10002] {
      #expect(explanation.uses(of: port) == ["head | raymesh | added earlier, according to raymesh.io/managed"])
    }
  }
}
