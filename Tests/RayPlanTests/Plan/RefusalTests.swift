import Admission
import JSON
import RayPlan
import TestSupport
import Testing

private let head = "/spec/headGroupSpec/rayStartParams"
private let worker = "/spec/workerGroupSpecs/0/rayStartParams"
private let container = "/spec/headGroupSpec/template/spec/containers/0"

/// Clusters that no plan can be made for, and every word of what their users are told.
@Suite struct RefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let says: String
    var sketch: ClusterSketch
    let message: String
    var testDescription: String { says }

    init(_ says: String, head: JSONValue = [:], worker: JSONValue? = nil, version: JSONValue? = nil, _ message: String)
    {
      self.says = says
      sketch = ClusterSketch(
        rayVersion: version, head: GroupSketch(parameters: head),
        workers: worker.map { [GroupSketch(parameters: $0)] } ?? [])
      self.message = message
    }

    init(_ says: String, head: GroupSketch, worker: GroupSketch? = nil, _ message: String) {
      self.says = says
      sketch = ClusterSketch(head: head, workers: worker.map { [$0] } ?? [])
      self.message = message
    }
  }

  @Test(arguments: [
    Case("no number", head: ["port": "abc"], #"\#(head)/port: found "abc", expected a port from 1 to 65535"#),
    Case(
      "too large", worker: ["node-manager-port": "99999"],
      #"\#(worker)/node-manager-port: found "99999", expected a port from 1 to 65535"#),
    Case("empty", head: ["dashboard-port": ""], #"\#(head)/dashboard-port: found "", expected a port from 1 to 65535"#),
    Case("no string", head: ["port": 6379], "\(head)/port: found 6379, expected a string, in quotes"),
    Case("not even a port's", head: ["block": true], "\(head)/block: found true, expected a string, in quotes"),
    Case("null", head: ["port": .null], "\(head)/port: found null, expected a string, in quotes"),
    Case("no map", head: ["port", "6379"], #"\#(head): found ["port","6379"], expected an object"#),
    Case("CPUs", head: ["num-cpus": "many"], #"\#(head)/num-cpus: found "many", expected a number of CPUs"#),
    Case("negative", head: ["num-cpus": "-1"], #"\#(head)/num-cpus: found "-1", expected a number of CPUs"#),
    Case(
      "a hole in a list", head: ["worker-port-list": "10002,,10004"],
      #"\#(head)/worker-port-list: found "", expected a port from 1024 to 65535"#),
    Case(
      "no list", head: ["worker-port-list": "10002-10004"],
      #"\#(head)/worker-port-list: found "10002-10004", expected a port from 1024 to 65535"#),
    Case(
      "a list for people", head: ["worker-port-list": "10002, 10003"],
      #"\#(head)/worker-port-list: found "10002, 10003", "#
        + "expected no blank before it or in it: the shell makes several words of that"),
    Case(
      "a port twice in a list", head: ["worker-port-list": "20000,20001,20000"],
      #"\#(head)/worker-port-list: found "20000,20001,20000", expected each port once"#),
    Case(
      "privileged worker ports", worker: ["min-worker-port": "1023", "max-worker-port": "2000"],
      #"\#(worker)/min-worker-port: found "1023", expected a port from 1024 to 65535"#),
    Case(
      "a privileged client port", head: ["ray-client-server-port": "80"],
      #"\#(head)/ray-client-server-port: found "80", expected a port from 1024 to 65535"#),
    Case(
      "a privileged runtime env agent", worker: ["runtime-env-agent-port": "1"],
      #"\#(worker)/runtime-env-agent-port: found "1", expected a port from 1024 to 65535"#),
    Case(
      "a worker bound", head: ["max-worker-port": "abc"],
      #"\#(head)/max-worker-port: found "abc", expected a port from 1024 to 65535"#),
  ])
  func `a parameter that cannot be read is refused by place, value and expectation`(refused: Case) throws {
    #expect(try refused.sketch.answer().denial == "RayCluster \(refused.message)")
  }

  @Test(arguments: [
    Case(
      "CPUs of the limit", head: GroupSketch(resources: ["limits": ["cpu": "two"]]),
      #"\#(container)/resources/limits/cpu: found "two", expected a quantity of CPUs, such as "2" or "500m""#),
    Case(
      "CPUs of the request", head: GroupSketch(resources: ["requests": ["cpu": [1]]]),
      #"\#(container)/resources/requests/cpu: found [1], expected a quantity of CPUs, such as "2" or "500m""#),
    Case(
      "CPUs of the group", head: GroupSketch(groupResources: ["CPU": "-1"]),
      #"/spec/headGroupSpec/resources/CPU: found "-1", expected a quantity of CPUs, such as "2" or "500m""#),
    Case(
      "a port by environment", head: GroupSketch(env: [["name": "AUTOSCALER_METRIC_PORT", "value": "99999"]]),
      #"\#(container)/env/0/value: found "99999", expected a port from 1 to 65535"#),
    Case(
      "a variable without a name", head: GroupSketch(env: [["value": "1"]]),
      "\(container)/env/0/name: found nothing, expected a string"),
    Case(
      "a variable's value", head: GroupSketch(env: [["name": "A", "value": 1]]),
      "\(container)/env/0/value: found 1, expected a string"),
    Case("no environment", head: GroupSketch(env: "A=1"), #"\#(container)/env: found "A=1", expected an array"#),
    Case(
      "a container's port", head: GroupSketch(ports: [["containerPort": 8000], ["containerPort": "8000"]]),
      #"\#(container)/ports/1/containerPort: found "8000", expected a port from 1 to 65535"#),
    Case(
      "a container's port 0", head: GroupSketch(ports: [["containerPort": 0]]),
      "\(container)/ports/0/containerPort: found 0, expected a port from 1 to 65535"),
    Case(
      "no container's port", head: GroupSketch(ports: [["name": "serve"]]),
      "\(container)/ports/0/containerPort: found nothing, expected a port from 1 to 65535"),
    Case(
      "a container port's name", head: GroupSketch(ports: [["containerPort": 8000, "name": "sixteen-letters-"]]),
      #"\#(container)/ports/0/name: found "sixteen-letters-", expected a port name: "#
        + "at most 15 lower case letters, digits and '-'"),
    Case(
      "a container port's protocol", head: GroupSketch(ports: [["containerPort": 8000, "protocol": "tcp"]]),
      #"\#(container)/ports/0/protocol: found "tcp", expected TCP, UDP or SCTP"#),
  ])
  func `so is what else is read of a group`(refused: Case) throws {
    #expect(try refused.sketch.answer().denial == "RayCluster \(refused.message)")
  }

  @Test(arguments: [
    Case(
      "both stated", head: ["port": "7000", "dashboard-port": "7000"],
      "port 7000 is taken twice in the head group, by \(head)/port and by \(head)/dashboard-port; "
        + "expected a port for each"),
    Case(
      "one by default", head: ["node-manager-port": "6379"],
      "port 6379 is taken twice in the head group, by \(head)/port (the default) and by \(head)/node-manager-port; "
        + "expected a port for each"),
    Case(
      "one by Raymesh", head: ["node-manager-port": "8080"],
      "port 8080 is taken twice in the head group, by \(head)/node-manager-port and by "
        + "\(head)/metrics-export-port (added by Raymesh); expected a port for each"),
    Case(
      "among stated worker ports", head: ["min-worker-port": "8000", "max-worker-port": "8100"],
      "port 8080 of \(head)/metrics-export-port (added by Raymesh) is among the worker ports of the head group "
        + "at \(head)/min-worker-port; expected one outside of them"),
    Case(
      "among listed worker ports", head: ["worker-port-list": "9000,10001"],
      "port 10001 of \(head)/ray-client-server-port (the default) is among the worker ports of the head group "
        + "at \(head)/worker-port-list; expected one outside of them"),
    Case(
      "the head's client port on a worker", worker: ["node-manager-port": "10001"],
      "port 10001 is taken twice in worker group small-group, by \(worker)/node-manager-port and by "
        + "\(worker)/ray-client-server-port (the default); expected a port for each"),
    Case(
      "the head's dashboard among a worker's ports", worker: ["min-worker-port": "8200", "max-worker-port": "8265"],
      "port 8265 of \(worker)/dashboard-port (the default) is among the worker ports of worker group small-group "
        + "at \(worker)/min-worker-port; expected one outside of them; port 8265 speaks grpc at "
        + "\(worker)/min-worker-port and http at \(head)/dashboard-port (the default); "
        + "expected one protocol, as a Service port has one"),
    Case(
      "a range upside down", head: ["min-worker-port": "20000", "max-worker-port": "20000"],
      "\(head)/max-worker-port: found 20000, expected a port above 20000, which is the first of the range "
        + "(\(head)/min-worker-port)"),
    Case(
      "a range below Ray's first port", head: ["max-worker-port": "10002"],
      "\(head)/max-worker-port: found 10002, expected a port above 10002, which is the first of the range "
        + "(\(head)/min-worker-port)"),
    Case(
      "a range from the last port", head: ["min-worker-port": "65535"],
      "\(head)/max-worker-port: found nothing, expected a port above 65535, which is the first of the range "
        + "(\(head)/min-worker-port)"),
    Case(
      "two protocols of components", worker: ["object-manager-port": "44217"],
      "port 44217 speaks http at \(container)/env/AUTOSCALER_METRIC_PORT (the default) and grpc at "
        + "\(worker)/object-manager-port; "
        + "expected one protocol, as a Service port has one"),
    Case(
      "two protocols, one a worker process's", head: ["metrics-export-port": "20000"],
      worker: ["worker-port-list": "20000"],
      "port 20000 speaks grpc at \(worker)/worker-port-list and http at \(head)/metrics-export-port; "
        + "expected one protocol, as a Service port has one"),
    Case(
      "a port by environment",
      head: GroupSketch(parameters: ["worker-port-list": "44217"]),
      "port 44217 speaks grpc at \(head)/worker-port-list and http at \(container)/env/AUTOSCALER_METRIC_PORT "
        + "(the default); expected one protocol, as a Service port has one"),
  ])
  func `a conflict names both places, and who chose each`(refused: Case) throws {
    #expect(try refused.sketch.answer().denial == "RayCluster \(refused.message)")
  }

  @Test func `everything that is wrong is told at once`() throws {
    let sketch = ClusterSketch(
      head: GroupSketch(parameters: ["port": "abc", "dashboard-port": "-1", "num-cpus": "x"]),
      workers: [GroupSketch(parameters: ["min-worker-port": "2000", "max-worker-port": "1999"])])
    let denial = try #require(try sketch.answer().denial)
    for part in ["\(head)/port: ", "\(head)/dashboard-port: ", "\(head)/num-cpus: ", "\(worker)/max-worker-port: "] {
      #expect(denial.contains(part))
    }
    #expect(denial.split(separator: "; ").count == 4)
  }

  @Test func `of very many faults the first twenty are told, and the rest counted`() throws {
    let workers = (0..<30).map { GroupSketch(name: "group-\($0)", parameters: ["node-manager-port": "x"]) }
    let denial = try #require(try ClusterSketch(workers: workers).answer().denial)
    #expect(denial.hasSuffix("; and 10 more"))
    #expect(denial.contains("/spec/workerGroupSpecs/19/") && !denial.contains("/spec/workerGroupSpecs/20/"))
  }

  @Test(arguments: [
    ClusterSketch(head: GroupSketch(parameters: ["metrics-export-port": "9090"]), workers: [GroupSketch()]),
    ClusterSketch(
      head: GroupSketch(parameters: ["node-manager-port": "7000"]),
      workers: [GroupSketch(parameters: ["object-manager-port": "7000"])]),
    ClusterSketch(workers: [
      GroupSketch(parameters: ["worker-port-list": "20000"]),
      GroupSketch(name: "b", parameters: ["node-manager-port": "20000"]),
    ]),
    ClusterSketch(rayVersion: "2.60.0", head: GroupSketch(parameters: ["node-manager-port": "8266"])),
    ClusterSketch(head: GroupSketch(ports: [["containerPort": 6379], ["containerPort": 10002]])),
    ClusterSketch(head: GroupSketch(ports: [["containerPort": 8000], ["containerPort": 8000, "protocol": "UDP"]])),
  ])
  func `a number taken on two nodes, or for one protocol, is no conflict`(sketch: ClusterSketch) throws {
    #expect(try sketch.answer().denial == nil)
  }
}
