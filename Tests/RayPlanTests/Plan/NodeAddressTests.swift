import Admission
import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct NodeAddressTests {
  static let variable: JSONValue = [
    "name": "RAYMESH_POD_IP", "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "status.podIP"]],
  ]

  private static let env: JSONPointer = "/spec/headGroupSpec/template/spec/containers/0/env"

  @Test func `the address is the pod's name under the Service, once it resolves`() throws {
    let options = try PlanOptions(clusterDomain: "example.org", nodeAddressWait: 7)
    #expect(
      try ClusterSketch().plan(options).added()["node-ip-address"]
        == "$(a=$(echo $RAYMESH_POD_IP | tr .: -).demo-headless-svc.ray.svc.example.org; for i in $(seq 7); "
        + "do getent hosts $a >/dev/null && break; sleep 1; done; echo $a)")
  }

  @Test func `without a wait it is just the name`() throws {
    let address = try ClusterSketch().plan(PlanOptions(nodeAddressWait: 0)).added()["node-ip-address"]
    #expect(address == "$(echo $RAYMESH_POD_IP | tr .: -).demo-headless-svc.ray.svc.cluster.local")
  }

  @Test func `under generateName the pod's own variable stands for the name`() throws {
    let plan = try ClusterSketch(name: nil, generateName: "demo-").plan(PlanOptions(nodeAddressWait: 0))
    #expect(
      plan.added()["node-ip-address"]
        == "$(echo $RAYMESH_POD_IP | tr .: -).${RAY_CLUSTER_NAME}-headless-svc.ray.svc.cluster.local")
  }

  @Test(arguments: [(81, true), (82, false)])
  func `if the whole name may be longer than DNS has names there is no address`(domain: Int, fits: Bool) throws {
    let sketch = ClusterSketch(
      name: String(repeating: "a", count: 50), namespace: String(repeating: "b", count: 63), rayVersion: "2.52.0")
    let label = String(repeating: "c", count: 40)
    let options = try PlanOptions(clusterDomain: "\(label).\(String(repeating: "d", count: domain - 41))")
    let plan = try sketch.plan(options)
    #expect((plan.added()["node-ip-address"] != nil) == fits)
    #expect(plan.notices.isEmpty == fits && plan.isNamed == fits)
  }

  @Test func `a prefix that the API server will cut is taken, without an address`() throws {
    let sketch = ClusterSketch(name: nil, generateName: String(repeating: "a", count: 63))
    #expect(try sketch.answer().denial == nil && sketch.plan().added()["node-ip-address"] == nil)
  }

  @Test func `if the generated name may not fit there is no address and no variable`() throws {
    let sketch = ClusterSketch(name: nil, generateName: String(repeating: "a", count: 46))
    #expect(try sketch.plan().added()["node-ip-address"] == nil)
    let paths = try sketch.answer().patch.operations.map(\.path.description)
    #expect(!paths.contains { $0.contains("/env") })
  }

  @Test(arguments: ["10.0.0.9", "$(hostname -i)", ""])
  func `a user's own address is kept, and needs no variable`(address: String) throws {
    let group = GroupSketch(parameters: ["node-ip-address": .string(address)])
    let operations = try ClusterSketch(head: group).answer().patch.operations
    #expect(!operations.contains { $0.path.description.hasSuffix("/node-ip-address") })
    #expect(!operations.contains { $0.path.description.contains("/env") })
  }

  @Test(arguments: [nil, JSONValue.null])
  func `a missing environment is made, then the variable put in`(env: JSONValue?) throws {
    let operations = try environmentOperations(env)
    #expect(operations.map(\.path) == [NodeAddressTests.env, NodeAddressTests.env.appending("-")])
    #expect(operations.map(\.value) == [[], NodeAddressTests.variable])
  }

  @Test(
    arguments: [[], [["name": "A", "value": "1"]], [["name": "B"], ["name": "A", "value": "$(B)"]]] as [JSONValue])
  func `in an environment that is there it is put last`(env: JSONValue) throws {
    let operations = try environmentOperations(env)
    #expect(operations.map(\.path) == [NodeAddressTests.env.appending("-")])
    #expect(operations.map(\.value) == [NodeAddressTests.variable])
  }

  @Test(
    arguments: [
      [variable], [["name": "A"], variable],
      [["name": "RAYMESH_POD_IP", "valueFrom": ["fieldRef": ["fieldPath": "status.podIP"]]]],
      // Of two variables of one name the last counts, as it does to Kubernetes.
      [["name": "RAYMESH_POD_IP", "value": "10.0.0.1"], variable],
    ] as [JSONValue])
  func `one that is there already is kept`(env: JSONValue) throws {
    #expect(try environmentOperations(env).isEmpty)
  }

  @Test(
    arguments: [
      ([["name": "RAYMESH_POD_IP", "value": "10.0.0.1"]], 0, #""10.0.0.1""#),
      ([["name": "A"], ["name": "RAYMESH_POD_IP"]], 1, "another source"),
      ([variable, ["name": "RAYMESH_POD_IP", "value": "x"]], 1, #""x""#),
      ([["name": "RAYMESH_POD_IP", "valueFrom": ["fieldRef": ["fieldPath": "status.hostIP"]]]], 0, "another source"),
      (
        [["name": "RAYMESH_POD_IP", "valueFrom": ["configMapKeyRef": ["name": "a", "key": "b"]]]], 0, "another source"
      ),
    ] as [(JSONValue, Int, String)])
  func `one that says something else is refused by its place`(env: JSONValue, index: Int, found: String) throws {
    let message =
      "RayCluster \(NodeAddressTests.env)/\(index): found \(found), "
      + "expected no RAYMESH_POD_IP of your own, or one from the field status.podIP"
    #expect(try ClusterSketch(head: GroupSketch(env: env)).answer().denial == message)
  }

  @Test func `one that says something else does not matter if the address is the user's own`() throws {
    let group = GroupSketch(
      parameters: ["node-ip-address": "10.0.0.9"], env: [["name": "RAYMESH_POD_IP", "value": "10.0.0.1"]])
    #expect(try ClusterSketch(head: group).answer().denial == nil)
  }

  private func environmentOperations(_ env: JSONValue?) throws -> [JSONPatch.Addition] {
    let operations = try ClusterSketch(head: GroupSketch(env: env)).answer().patch.operations
    try #require(operations.contains { $0.path.description.hasSuffix("/node-ip-address") })
    return operations.filter { $0.path.description.contains("/env") }
  }
}
