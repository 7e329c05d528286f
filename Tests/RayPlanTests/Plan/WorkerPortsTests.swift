import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct WorkerPortsTests {
  @Test(arguments: [
    (0, 50), (1, 50), (7, 50), (8, 52), (16, 84), (64, 276), (1000, 4020), (20000, 65535), (.max, 65535),
  ])
  func `a node needs 50 ports, or four for each CPU and 20 more`(cpus: Int, need: Int) {
    #expect(min(WorkerPorts.need(cpus: cpus), 65535) == need)
  }

  @Test(arguments: [("1", "10051"), ("8", "10053"), ("16", "10085"), ("64", "10277")])
  func `a range from Ray's own first port is added`(cpus: String, last: String) throws {
    let plan = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": .string(cpus)])).plan()
    #expect(plan.added()["min-worker-port"] == "10002")
    #expect(plan.added()["max-worker-port"] == last)
    #expect(plan.groups[0].workerPorts.lowest == Port(10002))
    #expect(plan.groups[0].workerPorts.highest == Port(last))
  }

  @Test func `the largest need over all groups makes one range for each`() throws {
    let workers = ["2", "32", "8"].map { GroupSketch(name: "cpus-\($0)", parameters: ["num-cpus": .string($0)]) }
    let plan = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"]), workers: workers).plan()
    for group in 0...3 {
      #expect(plan.added(to: group)["min-worker-port"] == "10002")
      #expect(plan.added(to: group)["max-worker-port"] == "10149")
    }
  }

  struct Stated: Sendable {
    let parameters: JSONValue
    let added: [String: String]
    let ports: String
  }

  @Test(arguments: [
    Stated(parameters: ["min-worker-port": "20000"], added: ["max-worker-port": "20049"], ports: "20000-20049"),
    Stated(parameters: ["min-worker-port": "65500"], added: ["max-worker-port": "65535"], ports: "65500-65535"),
    Stated(parameters: ["max-worker-port": "10016"], added: ["min-worker-port": "10002"], ports: "10002-10016"),
    Stated(parameters: ["min-worker-port": "1024", "max-worker-port": "1025"], added: [:], ports: "1024-1025"),
    Stated(parameters: ["worker-port-list": "31002,31000,31001"], added: [:], ports: "31000-31002"),
    Stated(parameters: ["worker-port-list": "31000", "min-worker-port": "19998"], added: [:], ports: "31000-31000"),
  ])
  func `what the user states is kept, and its missing end completed`(stated: Stated) throws {
    let parameters = try #require(stated.parameters.members).map { ($0.key, $0.value) } + [("num-cpus", "1")]
    var object = JSONObject()
    for (key, value) in parameters { object[key] = value }
    let plan = try ClusterSketch(head: GroupSketch(parameters: .object(object))).plan()
    #expect(plan.added().filter { $0.key.contains("worker-port") } == stated.added)
    let ports = plan.groups[0].workerPorts
    #expect(ports.ranges.map { "\($0.lowerBound)-\($0.upperBound)" } == [stated.ports])
    #expect(ports.ranges.allSatisfy { ports.contains($0.lowerBound) && ports.contains($0.upperBound) })
  }

  @Test func `a range that one group states leaves the others theirs`() throws {
    let stated = GroupSketch(parameters: ["min-worker-port": "30000", "max-worker-port": "30003", "num-cpus": "64"])
    let plan = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"]), workers: [stated]).plan()
    #expect(plan.added()["max-worker-port"] == "10277")
    #expect(plan.groups[1].workerPorts.count == 4)
  }
}

@Suite struct CPUCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let says: String
    var parameter: JSONValue?
    var group: JSONValue?
    var container: JSONValue?
    let cpus: Int
    var testDescription: String { says }
  }

  @Test(arguments: [
    Case(says: "nobody says: 16", cpus: 16),
    Case(says: "the parameter", parameter: "3", group: ["CPU": "5"], container: limits("7"), cpus: 3),
    Case(says: "the parameter, though 0", parameter: "0", group: ["CPU": "5"], container: limits("7"), cpus: 0),
    Case(says: "a parameter for the shell is ignored", parameter: "$(nproc)", container: limits("7"), cpus: 7),
    Case(says: "one in backquotes too", parameter: "`nproc`", container: limits("7"), cpus: 7),
    Case(says: "the group's resources", group: ["CPU": "5", "GPU": "1"], container: limits("7"), cpus: 5),
    Case(says: "the group's resources in lower case", group: ["cpu": "4500m"], container: limits("7"), cpus: 5),
    Case(says: "the group's resources in any case", group: ["memory": "1Gi", "Cpu": "6"], cpus: 6),
    Case(says: "a group without CPUs", group: ["GPU": "4"], container: limits("7"), cpus: 7),
    Case(says: "a group with 0", group: ["CPU": "0"], container: limits("7"), cpus: 7),
    Case(says: "the limit", container: ["limits": ["cpu": "7"], "requests": ["cpu": "2"]], cpus: 7),
    Case(says: "the limit, a number", container: ["limits": ["cpu": 8]], cpus: 8),
    Case(says: "the limit, a fraction", container: ["limits": ["cpu": .double(1.5)]], cpus: 2),
    Case(says: "the limit, an exponent", container: limits("4e0"), cpus: 4),
    Case(says: "the limit, thousandths", container: limits("500m"), cpus: 1),
    Case(says: "the limit, signed", container: limits("+2"), cpus: 2),
    Case(says: "the request", container: ["limits": ["memory": "1Gi"], "requests": ["cpu": "2"]], cpus: 2),
    Case(says: "a limit of 0", container: ["limits": ["cpu": "0"], "requests": ["cpu": "2"]], cpus: 2),
    Case(says: "limits that are null", container: ["limits": .null, "requests": ["cpu": "2"]], cpus: 2),
  ])
  func `CPUs are counted as Ray will count them`(count: Case) throws {
    let group = GroupSketch(
      parameters: count.parameter.map { ["num-cpus": $0] }, groupResources: count.group, resources: count.container)
    let cluster = try ClusterSketch(head: group).cluster()
    #expect(try cluster.head.cpuCount().count == count.cpus)
  }

  private static func limits(_ cpu: JSONValue) -> JSONValue { ["limits": ["cpu": cpu]] }
}
