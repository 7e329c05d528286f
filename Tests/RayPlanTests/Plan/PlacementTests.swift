import Admission
import Explain
import JSON
import RayPlan
import TestSupport
import Testing

/// Raymesh's own numbers, and how they make way.
@Suite struct PlacementTests {
  private func added(_ name: String, _ groups: GroupSketch...) throws -> [String?] {
    let plan = try ClusterSketch(image: "rayproject/ray:2.10.0", head: groups[0], workers: Array(groups.dropFirst()))
      .plan()
    return plan.groups.indices.map { plan.added(to: $0)[name] }
  }

  @Test func `a number that a user has anywhere is left to him, in all groups alike`() throws {
    let serve = GroupSketch(ports: [["containerPort": 6380, "name": "serve"]])
    #expect(try added("node-manager-port", GroupSketch(), serve) == ["6384", "6384"])
    let component = GroupSketch(parameters: ["object-manager-port": "6380"])
    #expect(try added("node-manager-port", GroupSketch(), component) == ["6384", "6384"])
    #expect(try added("object-manager-port", GroupSketch(), component) == ["6381", nil], "the user's own stays")
  }

  @Test func `of several that must move none takes another's place`() throws {
    let head = GroupSketch(ports: [["containerPort": 6380], ["containerPort": 6381], ["containerPort": 6384]])
    #expect(try added("node-manager-port", head) == ["6385"] && added("object-manager-port", head) == ["6386"])
    #expect(try added("runtime-env-agent-port", head) == ["6382"])
  }

  @Test func `the dashboard's gRPC port moves too`() throws {
    let head = GroupSketch(parameters: ["node-manager-port": "8266"])
    #expect(try added("dashboard-grpc-port", head) == ["8267"])
  }

  @Test func `the worker range moves as a whole`() throws {
    let group = GroupSketch(parameters: ["num-cpus": "1"], ports: [["containerPort": 10010]])
    #expect(try added("min-worker-port", group) == ["10011"] && added("max-worker-port", group) == ["10060"])
    let component = GroupSketch(parameters: ["num-cpus": "1", "object-manager-port": "10040"])
    #expect(try added("min-worker-port", component, GroupSketch(parameters: ["num-cpus": "1"])) == ["10041", "10041"])
  }

  @Test func `the worker range keeps off the proxy's ports`() throws {
    let taken = (0...71).map { ["containerPort": .integer(Int64(10002 + 70 * $0))] as JSONValue }
    let group = GroupSketch(parameters: ["num-cpus": "16"], ports: .array(taken))
    #expect(try added("min-worker-port", group) == ["15091"])
  }

  @Test func `a port of a user's worker range in another group is no hindrance`() throws {
    let other = GroupSketch(parameters: ["num-cpus": "1", "min-worker-port": "10020", "max-worker-port": "10200"])
    #expect(try added("min-worker-port", GroupSketch(parameters: ["num-cpus": "1"]), other) == ["10002", nil])
  }

  @Test func `Raymesh's own numbers keep off the whole range that a user's first worker port begins`() throws {
    let group = GroupSketch(parameters: ["num-cpus": "1", "min-worker-port": "6380"])
    #expect(try added("max-worker-port", group) == ["6429"])
    #expect(try added("node-manager-port", group) == ["6430"] && added("dashboard-agent-grpc-port", group) == ["6433"])
    #expect(try ClusterSketch(image: "rayproject/ray:2.10.0", head: group).answer().denial == nil)
  }

  @Test func `Raymesh's own numbers keep off the ports of sidecars, which share the pod's network`() throws {
    let sidecar: JSONValue = ["name": "cache", "ports": [["containerPort": 6380, "name": "redis"]]]
    let beside = GroupSketch(pod: ["containers": [["name": "ray"], sidecar]])
    #expect(try added("node-manager-port", GroupSketch(), beside) == ["6384", "6384"])
    let native = sidecar.adding(["restartPolicy": "Always"])
    #expect(try added("node-manager-port", GroupSketch(pod: ["initContainers": [native]])) == ["6384"])
    #expect(try added("node-manager-port", GroupSketch(pod: ["initContainers": [sidecar]])) == ["6380"], "it is over")
    let ports: JSONValue = [["containerPort": 6380, "protocol": "UDP"], ["containerPort": "x"]]
    let other = GroupSketch(pod: ["containers": [["name": "ray"], ["name": "dns", "ports": ports]]])
    #expect(try added("node-manager-port", other) == ["6380"])
    let explained = try PlanExplanation(of: ClusterSketch(head: beside).plan()).ports
    let why = explained.first { $0.ports.lowerBound.number == 6384 }
    #expect(why?.claims.first?.why == "moved, because 6380 is container port redis of head")
  }

  @Test func `if no range is wide enough for the need, the widest that is free is taken, with a warning`() throws {
    let options = try PlanOptions(maximumPorts: 65535)
    let sketch = ClusterSketch(rayVersion: "2.52.0", head: GroupSketch(parameters: ["num-cpus": "10000"]))
    #expect(try sketch.plan(options).added()["min-worker-port"] == "15091")
    #expect(try sketch.plan(options).added()["max-worker-port"] == "44216")
    #expect(try sketch.answer(options).warnings.contains { $0.contains("29126 worker ports") })
    #expect(try sketch.object.created(options).answer(options).patch.isEmpty)
    let why = try PlanExplanation(of: sketch.plan(options)).ports.first { $0.ports.lowerBound.number == 15091 }
    #expect(why?.claims.first?.why.contains("--maximum-ports") == false)
  }

  @Test func `a number that Ray or KubeRay has by itself is never moved`() throws {
    for (name, port) in [("dashboard-agent-listen-port", 52365), ("metrics-export-port", 8080)] {
      let head = GroupSketch(parameters: ["node-manager-port": .string("\(port)")])
      #expect(try ClusterSketch(head: head).answer().denial?.contains("port \(port) is taken twice") == true, "\(name)")
    }
  }

  @Test(arguments: [
    ("node-manager-port", "15001", "port 15001 of /spec/headGroupSpec/rayStartParams/node-manager-port meets"),
    ("worker-port-list", "15090", "port 15090 of /spec/headGroupSpec/rayStartParams/worker-port-list meets"),
  ])
  func `a port that Istio's proxy owns is refused, with a range that is free`(
    parameter: String, value: String, message: String
  ) throws {
    let parameters = JSONValue.object(JSONObject()).adding([parameter: .string(value)])
    let denial = try ClusterSketch(head: GroupSketch(parameters: parameters)).answer().denial
    #expect(denial?.contains(message) == true && denial?.contains("10002-14999") == true)
  }

  @Test func `a worker range that the proxy owns some ports of is taken, without them in the Service, and warned of`()
    throws
  {
    let parameters: JSONValue = ["min-worker-port": "14900", "max-worker-port": "15199", "num-cpus": "1"]
    let sketch = ClusterSketch(head: GroupSketch(parameters: parameters))
    let listed = try sketch.plan().listedWorkerPorts.map { "\($0.lowerBound)-\($0.upperBound)" }
    #expect(listed == ["14900-14999", "15091-15199"])
    let warning =
      "raymesh: worker ports 15000-15090 are the Istio proxy's, not in the Service: STRICT refuses calls there"
    #expect(try sketch.answer().warnings == [warning])
  }

  @Test func `a worker group may not have the head's port`() throws {
    let worker = GroupSketch(parameters: ["port": "6379"])
    let place = "/spec/workerGroupSpecs/0/rayStartParams/port"
    #expect(
      try ClusterSketch(workers: [worker]).answer().denial?.contains(#"\#(place): found "6379", expected no port"#)
        == true)
  }

  @Test(
    arguments: [
      (["node-manager-port": "70000"], "range"), (["ray-client-server-port": "0"], "range"),
      (["min-worker-port": "80"], "ray"), (["min-worker-port": "x"], "range"), (["port": "8265"], "ray"),
      (["node-manager-port": "15020"], "mesh"), (["worker-port-list": "2000,2000"], "ray"),
      (["port": "8265", "node-manager-port": "15020"], "mesh,ray"), (["port": 1], "form"),
    ] as [(JSONValue, String)])
  func `each refusal has a class, in the audit log too`(parameters: JSONValue, classes: String) throws {
    let review = AdmissionReview.creating(
      ClusterSketch(head: GroupSketch(parameters: parameters)).object, namespace: "ray", uid: "u")
    let reply = try JSONDocument(Reviewer().review(review).bytes)
    #expect(JSONValue(reply.root)["response"]?["auditAnnotations"] == ["refused": .string(classes)])
  }
}
