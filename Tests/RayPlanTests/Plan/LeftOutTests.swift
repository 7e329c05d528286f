import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// What Raymesh leaves out, what the Service says then, and what the user is told.
@Suite struct LeftOutTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sketch: ClusterSketch
    let warning: String

    init(_ name: String, _ sketch: ClusterSketch, _ warning: String) {
      (testDescription, self.sketch, self.warning) = (name, sketch, warning)
    }
  }

  private static func autoscaling(
    _ version: String?, spec: JSONValue = [:], env: JSONValue? = nil, image: JSONValue? = nil
  ) -> ClusterSketch {
    let container = image.map { ["image": $0] as JSONValue } ?? [:]
    return ClusterSketch(
      rayVersion: version.map(JSONValue.string), head: GroupSketch(env: env, container: container),
      spec: JSONValue.sketch(["enableInTreeAutoscaling": true]).adding(spec))
  }

  private static let head = "raymesh: no node address in the head group: "
  private static let end = "; the Service says no protocols"
  private static let v1 = "\(head)autoscaler v1 needs IPs, use v2\(end)"

  private static let cases = [
    Case(
      "the command is overwritten", ClusterSketch(annotations: ["ray.io/overwrite-container-cmd": "true"]),
      "\(head)the command is overwritten\(end)"),
    Case(
      "Ray's own TLS by tlsOptions", ClusterSketch(spec: ["tlsOptions": ["enabled": true]]),
      "\(head)Ray's own TLS needs IPs\(end)"),
    Case(
      "Ray's own TLS by a worker's env",
      ClusterSketch(workers: [GroupSketch(env: [["name": "RAY_USE_TLS", "value": "1"]])]),
      "\(head)Ray's own TLS needs IPs\(end)"),
    Case("autoscaler v1 by version", autoscaling("2.52.0", spec: ["autoscalerOptions": ["version": "v1"]]), v1),
    Case(
      "autoscaler v1 by env", autoscaling("2.52.0", env: [["name": "RAY_enable_autoscaler_v2", "value": "0"]]), v1),
    Case("autoscaler v1 by an old Ray", autoscaling("2.46.0"), v1),
    Case("an autoscaler that cannot be told", autoscaling(nil, image: "rayproject/ray:nightly"), v1),
    Case(
      "a user's wish", ClusterSketch(annotations: ["raymesh.io/node-address": "never"]),
      "\(head)asked by annotation\(end)"),
    Case("podFQDN", ClusterSketch(spec: ["podFQDN": ["mode": "x"]]), "\(head)podFQDN\(end)"),
    Case(
      "hostNetwork, taken in",
      ClusterSketch(
        annotations: ["raymesh.io/inject": "true"], head: GroupSketch(pod: ["hostNetwork": true])),
      "\(head)hostNetwork\(end)"),
    Case(
      "a prefix that may not fit",
      ClusterSketch(name: nil, generateName: String(repeating: "a", count: 46)), "\(head)the name may not fit\(end)"),
  ]

  @Test(arguments: cases)
  func `the node address is left out, and no port of the Service says a protocol`(case: Case) throws {
    let plan = try `case`.sketch.plan()
    #expect(plan.added()["node-ip-address"] == nil && plan.added()["node-manager-port"] == "6380")
    #expect(try `case`.sketch.answer().warnings.first == `case`.warning)
    guard case .known = plan.cluster.name else { return }
    #expect(try HeadlessService(for: plan).ports.allSatisfy { $0.appProtocol == nil })
    let patched = try `case`.sketch.object.created()
    #expect(try HeadlessService(for: PortPlan(for: patched.cluster())) == HeadlessService(for: plan))
  }

  @Test(arguments: [
    autoscaling("2.52.0"), autoscaling("2.46.0", spec: ["autoscalerOptions": ["version": "v2"]]),
    autoscaling("2.46.0", env: [["name": "RAY_enable_autoscaler_v2", "value": "1"]]),
    autoscaling(nil, image: "rayproject/ray:2.47.1-py311"),
    ClusterSketch(annotations: ["raymesh.io/node-address": "always"], spec: ["tlsOptions": ["enabled": true]]),
    ClusterSketch(spec: ["tlsOptions": ["enabled": false]]),
  ])
  func `it is added if none of this holds, or the user insists`(sketch: ClusterSketch) throws {
    let plan = try sketch.plan()
    #expect(plan.added()["node-ip-address"] != nil && plan.notices.isEmpty)
    #expect(try HeadlessService(for: plan).ports.allSatisfy { $0.appProtocol != nil })
  }

  @Test func `a user's own address counts if it lies under the Service`() throws {
    let own = GroupSketch(parameters: ["node-ip-address": "$(name).demo-headless-svc.ray.svc.cluster.local"])
    #expect(try ClusterSketch(head: own).plan().isNamed)
    let other = GroupSketch(parameters: ["node-ip-address": "$(hostname)"])
    let answer = try ClusterSketch(head: other).answer()
    #expect(
      answer.warnings == [
        "raymesh: node-ip-address of the head group is known in the pod only; the Service says no protocols"
      ])
    let plain = GroupSketch(parameters: ["node-ip-address": "elsewhere.example.org"])
    #expect(
      try ClusterSketch(head: plain).answer().warnings == [
        "raymesh: node-ip-address of the head group is not under the Service, which says no protocols"
      ])
  }

  @Test func `the guide's own expression is warned of`() throws {
    let guide = "$(hostname -I | sed \"s/\\./-/g\").demo-headless-svc.ray.svc.cluster.local"
    let answer = try ClusterSketch(head: GroupSketch(parameters: ["node-ip-address": .string(guide)])).answer()
    #expect(
      answer.warnings == [
        "raymesh: node-ip-address of the head group: $(hostname -I) starts no Ray; leave the line out"
      ])
  }

  @Test func `a group whose command starts Ray is left alone, and lists only what the user states`() throws {
    let worker = GroupSketch(
      parameters: ["node-manager-port": "7000", "port": "nonsense"],
      ports: [["containerPort": 9000, "name": "http-x"]],
      container: ["command": ["bash", "-c"], "args": ["ulimit -n 65536; ray start --address=x"]])
    let answer = try ClusterSketch(workers: [worker]).answer()
    #expect(!answer.patch.operations.contains { $0.path.description.hasPrefix("/spec/workerGroupSpecs") })
    #expect(
      answer.warnings == [
        "raymesh: worker group small-group is left alone: its command runs ray start; set the ports there"
      ])
    let ports = try HeadlessService(for: ClusterSketch(workers: [worker]).plan()).ports
    #expect(ports.contains { $0.name == "node-manager-port-7000" } && ports.contains { $0.name == "http-x" })
    #expect(ports.allSatisfy { $0.appProtocol == nil } && ports.filter { $0.name.hasPrefix("p1") }.count == 84)
  }

  @Test func `a group on its nodes' network is left alone, unless the user insists`() throws {
    let worker = GroupSketch(parameters: ["min-worker-port": "19998"], pod: ["hostNetwork": true])
    let sketch = ClusterSketch(workers: [worker])
    #expect(try sketch.answer().warnings.first?.contains("is left alone: hostNetwork") == true)
    #expect(try sketch.plan().added(to: 1).isEmpty && sketch.plan().groups[1].workerPorts.count == 0)
    let insisting = ClusterSketch(annotations: ["raymesh.io/inject": "true"], workers: [worker])
    #expect(try insisting.plan().added(to: 1)["max-worker-port"] == "20081")
  }

  @Test func `Raymesh warns of parameters that Ray would reject and that can be fixed later`() throws {
    let head = GroupSketch(parameters: ["dashboard-grpc-port": "8266"])
    let warning = "raymesh: dashboard-grpc-port is no option of Ray 2.48 and later, which will not start: take it out"
    #expect(try ClusterSketch(rayVersion: "2.52.0", head: head).answer().warnings == [warning])
    #expect(try ClusterSketch(rayVersion: "2.47.0", head: head).answer().warnings.isEmpty)
  }

  @Test(arguments: [
    ["RAY_SERVE_USE_GRPC_BY_DEFAULT"], ["RAY_SERVE_PROXY_USE_GRPC"], ["RAY_SERVE_THROUGHPUT_OPTIMIZED"],
    ["RAY_SERVE_ENABLE_HA_PROXY"], ["RAY_SERVE_USE_GRPC_BY_DEFAULT", "RAY_SERVE_ENABLE_HA_PROXY"],
  ])
  func `what has Serve call replicas at ports of its own is warned of`(variables: [String]) throws {
    let env = JSONValue.array(variables.map { ["name": .string($0), "value": "1"] })
    let warnings = variables.map { "raymesh: \($0): Serve calls replicas at ports that the Service does not list" }
    let sketches = [ClusterSketch(head: GroupSketch(env: env)), ClusterSketch(workers: [GroupSketch(env: env)])]
    for sketch in sketches { #expect(try sketch.answer().warnings == warnings) }
  }

  @Test(arguments: [
    GroupSketch(env: [["name": "RAY_SERVE_USE_GRPC_BY_DEFAULT", "value": "0"]]),
    GroupSketch(env: [
      ["name": "RAY_SERVE_THROUGHPUT_OPTIMIZED", "value": "1"],
      ["name": "RAY_SERVE_USE_GRPC_BY_DEFAULT", "value": "0"],
    ]),
    GroupSketch(
      env: [["name": "RAY_SERVE_ENABLE_HA_PROXY", "value": "1"]],
      ports: [["containerPort": 30000, "name": "tcp-replica"]]),
  ])
  func `what Serve does not do, or a container lists, is not`(worker: GroupSketch) throws {
    #expect(try ClusterSketch(workers: [worker]).answer().warnings.isEmpty)
  }

  @Test func `a worker range narrower than the need is warned of`() throws {
    let head = GroupSketch(parameters: ["num-cpus": "16", "min-worker-port": "20000", "max-worker-port": "20009"])
    let warning = "raymesh: the head group has 10 worker ports, its largest node may need 84: Ray would hang silently"
    #expect(try ClusterSketch(head: head).answer().warnings == [warning])
  }

  @Test func `a container's port that says another protocol than Ray's is listed without one`() throws {
    let head = GroupSketch(ports: [
      ["containerPort": 6379, "name": "http-mine"], ["containerPort": 8265, "name": "http-dash"],
      ["containerPort": 10001, "name": "client"],
    ])
    let sketch = ClusterSketch(head: head)
    let ports = try HeadlessService(for: sketch.plan()).ports
    #expect(ports.filter { $0.appProtocol == nil }.map(\.port.number) == [6379])
    #expect(try sketch.answer().warnings.count == 1 && sketch.answer().warnings[0].contains("port 6379"))
  }

  @Test func `no warning is too long for an API server, or carries a control character`() throws {
    let name = String(repeating: "ü\u{7}", count: 90)
    let notices = (0..<200).map { PlanNotice.leftAlone(group: "\(name)\($0)", .ownRayStart) }
    #expect(notices.warnings.count == 31 && notices.warnings.last?.contains("170 more") == true)
    #expect(notices.warnings.allSatisfy { $0.unicodeScalars.count < 120 && !$0.contains("\u{7}") })
    #expect(notices.warnings.reduce(0) { $0 + $1.unicodeScalars.count } < 4096)
  }
}
