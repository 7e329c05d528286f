import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// The patch, read as a list of what it adds where.
@Suite struct AddedParametersTests {
  private static let address =
    "$(a=$(echo $RAYMESH_POD_IP | tr .: -).demo-headless-svc.ray.svc.cluster.local; for i in $(seq 60); "
    + "do getent hosts $a >/dev/null && break; sleep 1; done; echo $a)"

  @Test func `a plain cluster gets everything, in a fixed order`() throws {
    let group = GroupSketch(parameters: ["num-cpus": "1"])
    let sketch = ClusterSketch(image: "rayproject/ray:2.10.0", head: group, workers: [group])
    let operations = try sketch.answer().patch.operations
    let expected =
      AddedParametersTests.additions(to: "/spec/headGroupSpec", isHead: true)
      + AddedParametersTests.additions(to: "/spec/workerGroupSpecs/0", isHead: false) + [
        ("/metadata/annotations", JSONValue.object(JSONObject()))
      ]
    #expect(operations.dropLast().map(\.path.description) == expected.map(\.0))
    #expect(operations.dropLast().map(\.value.text) == expected.map(\.1.text))
    #expect(operations.last?.path == "/metadata/annotations/raymesh.io~1managed")
  }

  private static func additions(to group: String, isHead: Bool) -> [(String, JSONValue)] {
    let ports: [(String, JSONValue)] = [
      ("node-manager-port", "6380"), ("object-manager-port", "6381"), ("runtime-env-agent-port", "6382"),
      ("dashboard-agent-grpc-port", "6383"), ("dashboard-agent-listen-port", "52365"), ("metrics-export-port", "8080"),
      ("min-worker-port", "10002"), ("max-worker-port", "10051"),
    ]
    let dashboard: [(String, JSONValue)] = isHead ? [("dashboard-grpc-port", "8266")] : []
    let parameters = ports + dashboard + [("node-ip-address", .string(address))]
    let env = "\(group)/template/spec/containers/0/env"
    let variable: [(String, JSONValue)] = [(env, .array([])), ("\(env)/-", NodeAddressTests.variable)]
    return parameters.map { ("\(group)/rayStartParams/\($0.0)", $0.1) } + variable
  }

  @Test(
    arguments: [
      ("rayproject/ray:2.10.0", true), ("rayproject/ray:2.9.0-py310-gpu", true),
      ("rayproject/ray:2.44.1-aarch64", true),
      ("rayproject/ray-ml:2.9.3", true), ("rayproject/ray-llm:2.44.0-py311-cu124", true),
      ("docker.io/rayproject/ray:2.9.0", true), ("localhost:5000/rayproject/ray:2.9.0", true),
      ("registry.example.com/mirrors/docker.io/rayproject/ray:2.9.0-gpu", true),
      ("rayproject/ray:2.9.0@sha256:0123abcd", true),
      ("rayproject/ray:2.45.0", false), ("rayproject/ray:2.48.0", false), ("rayproject/ray:3.0.0", false),
      ("rayproject/ray:nightly", false), ("rayproject/ray:latest-gpu", false), ("rayproject/ray:1a2b3c-py310", false),
      ("rayproject/ray", false), ("localhost:5000/rayproject/ray", false), ("rayproject/ray@sha256:2.9.0", false),
      ("registry.example.com/team/trainer:2.3.1", false), ("team/ray:2.9.0", false), ("ray:2.9.0", false),
      ("myrayproject/ray:2.9.0", false), ("rayproject/raytrain:2.9.0", false), ("rayproject/ray/train:2.9.0", false),
      ("", false), (nil, false),
    ] as [(String?, Bool)], [nil, "2.9.0", "2.60.0"] as [JSONValue?])
  func `dashboard-grpc-port is added only if the tag of Ray's own image is below 2.45`(
    image: (name: String?, isOld: Bool), rayVersion: JSONValue?
  ) throws {
    let isAdded = image.isOld
    let sketch = ClusterSketch(
      rayVersion: rayVersion, image: image.name.map(JSONValue.string), workers: [GroupSketch()])
    let plan = try sketch.plan()
    #expect(plan.added()["dashboard-grpc-port"] == (isAdded ? "8266" : nil))
    #expect(plan.added(to: 1)["dashboard-grpc-port"] == nil)
    #expect(plan.groups[0].ports.contains { $0.component == .dashboardGRPC } == isAdded)
  }

  @Test(arguments: RayComponentTests.table.filter { $0.component.isGuarded })
  func `a port the user chose is kept`(row: RayComponentTests.Row) throws {
    guard case .parameter(let name) = row.setting else { return }
    let group = GroupSketch(parameters: [name: "7001"])
    let version: JSONValue = row.component == .dashboardGRPC ? "2.44.1" : "2.60.0"
    let sketch = ClusterSketch(rayVersion: version, head: group, workers: row.isHeadOnly ? [] : [group])
    let plan = try sketch.plan()
    for (index, group) in plan.groups.enumerated() {
      #expect(plan.added(to: index)[name] == nil)
      let planned = group.ports.filter { $0.port == Port(7001) }
      #expect(planned.map(\.component) == [row.component] && planned.map(\.origin) == [.stated])
    }
    let added = try sketch.answer().patch.operations.map(\.path.description)
    #expect(!added.contains { $0.hasSuffix("/rayStartParams/\(name)") })
  }

  @Test func `port, dashboard-port and ray-client-server-port are read and never added`() throws {
    let added = try ClusterSketch(workers: [GroupSketch()]).plan().groups.flatMap(\.addedParameters).map(\.name)
    #expect(Set(added).isDisjoint(with: ["port", "dashboard-port", "ray-client-server-port"]))
  }

  @Test(arguments: [nil, JSONValue.null])
  func `a map that is absent or null is made first`(parameters: JSONValue?) throws {
    let operations = try ClusterSketch(head: GroupSketch(parameters: parameters)).answer().patch.operations
    #expect(operations.first?.path == "/spec/headGroupSpec/rayStartParams")
    #expect(operations.first?.value == [:])
  }

  @Test func `an empty map is filled, not replaced`() throws {
    let operations = try ClusterSketch(head: GroupSketch(parameters: [:])).answer().patch.operations
    #expect(operations.first?.path == "/spec/headGroupSpec/rayStartParams/node-manager-port")
  }

  @Test func `a cluster without worker groups is patched in its head`() throws {
    for workers in [nil, []] as [[GroupSketch]?] {
      let paths = try ClusterSketch(workers: workers).answer().patch.operations.map(\.path.description)
      #expect(paths.allSatisfy { $0.hasPrefix("/spec/headGroupSpec/") || $0.hasPrefix("/metadata/annotations") })
    }
  }
}
