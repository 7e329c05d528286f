import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// The patched cluster's `ray start`, evaluated by real shells as in the pod.
@Suite struct RayStartTests {
  /// A shell, the pod's IP and the label that CoreDNS makes of it.
  struct Pod: Sendable, CustomTestStringConvertible {
    let shell: String
    let address: String
    let label: String
    var testDescription: String { "\(shell), \(address)" }

    static let all = ["bash", "dash"].flatMap { shell in
      [("10.0.0.1", "10-0-0-1"), ("fd00::1", "fd00--1"), ("2001:db8:0:1:a::ff", "2001-db8-0-1-a--ff")].map {
        Pod(shell: shell, address: $0.0, label: $0.1)
      }
    }

    func environment(name: String = "demo") -> [String: String] {
      ["RAYMESH_POD_IP": address, "RAY_CLUSTER_NAME": name, "RAY_CLUSTER_NAMESPACE": "ray"]
    }
  }

  /// The line of a sketch's head group, or of its first worker group.
  private func line(of sketch: ClusterSketch, isHead: Bool = true, _ options: PlanOptions = .standard) throws
    -> RayStartLine
  {
    let patched = try sketch.plan(options).patch.applied(to: sketch.object)
    let group = patched.value(at: isHead ? "/spec/headGroupSpec" : "/spec/workerGroupSpecs/0")
    return RayStartLine(of: try #require(group), isHead: isHead)
  }

  private static let parameters: JSONValue = [
    "no-monitor": "True", "disable-usage-stats": "false", "resources": #"'{"a b": 1}'"#,
    "labels": #""zone=$RAY_CLUSTER_NAME""#,
  ]

  @Test(arguments: Pod.all, [true, false])
  func `every parameter arrives as one word, the address as the pod's name`(pod: Pod, isHead: Bool) async throws {
    let group = GroupSketch(parameters: RayStartTests.parameters)
    let line = try line(
      of: ClusterSketch(image: "rayproject/ray:2.10.0", head: group, workers: [group]), isHead: isHead)
    let outcome = try await PodShell.run(line.text, by: pod.shell, resolvesAtTry: 1, environment: pod.environment())
    var expected = line.parameters.filter { !["block", "no-monitor", "disable-usage-stats"].contains($0.key) }
    expected["resources"] = #"{"a b": 1}"#
    expected["labels"] = "zone=demo"
    expected["node-ip-address"] = "\(pod.label).demo-headless-svc.ray.svc.cluster.local"
    let words = expected.map { "--\($0.key)=\($0.value)" } + ["--block", "--no-monitor"]
    #expect(outcome.words == ["start"] + (isHead ? ["--head"] : []) + words.sorted(by: RayStartTests.byName))
    #expect(outcome.lookups == ["hosts \(pod.label).demo-headless-svc.ray.svc.cluster.local"])
    #expect(outcome.waits.isEmpty && outcome.errors.isEmpty)
  }

  @Test(arguments: Pod.all)
  func `a name that resolves late is waited for, a second at a time`(pod: Pod) async throws {
    let line = try line(of: ClusterSketch())
    let outcome = try await PodShell.run(line.text, by: pod.shell, resolvesAtTry: 3, environment: pod.environment())
    let name = "\(pod.label).demo-headless-svc.ray.svc.cluster.local"
    #expect(outcome.addressWords == ["--node-ip-address=\(name)"])
    #expect(outcome.lookups == Array(repeating: "hosts \(name)", count: 3))
    #expect(outcome.waits == ["1", "1"] && outcome.errors.isEmpty)
  }

  @Test(arguments: ["bash", "dash"], [1, 5, 60])
  func `a name that never resolves is given up after as many tries as the flag says`(
    shell: String, wait: Int
  ) async throws {
    let pod = Pod(shell: shell, address: "fd00::1", label: "fd00--1")
    let line = try line(of: ClusterSketch(), PlanOptions(nodeAddressWait: wait))
    let outcome = try await PodShell.run(line.text, by: shell, resolvesAtTry: nil, environment: pod.environment())
    #expect(outcome.addressWords == ["--node-ip-address=fd00--1.demo-headless-svc.ray.svc.cluster.local"])
    #expect(outcome.lookups.count == wait && outcome.waits == Array(repeating: "1", count: wait))
    #expect(outcome.words.last == "--runtime-env-agent-port=6382", "ray is started all the same")
  }

  @Test(arguments: Pod.all)
  func `without a wait nothing is looked up`(pod: Pod) async throws {
    let line = try line(of: ClusterSketch(), PlanOptions(clusterDomain: "example.org", nodeAddressWait: 0))
    let outcome = try await PodShell.run(line.text, by: pod.shell, resolvesAtTry: nil, environment: pod.environment())
    #expect(outcome.addressWords == ["--node-ip-address=\(pod.label).demo-headless-svc.ray.svc.example.org"])
    #expect(outcome.lookups.isEmpty && outcome.waits.isEmpty && outcome.errors.isEmpty)
  }

  @Test(arguments: Pod.all, [1, 0])
  func `under generateName the pod's cluster name completes the address`(pod: Pod, wait: Int) async throws {
    let line = try line(of: ClusterSketch(name: nil, generateName: "demo-"), PlanOptions(nodeAddressWait: wait))
    let environment = pod.environment(name: "demo-x7k2p")
    let outcome = try await PodShell.run(line.text, by: pod.shell, resolvesAtTry: 1, environment: environment)
    #expect(outcome.addressWords == ["--node-ip-address=\(pod.label).demo-x7k2p-headless-svc.ray.svc.cluster.local"])
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [ClusterSketch(), ClusterSketch(name: nil, generateName: "demo-")], [60, 0])
  func `Kubernetes' own expansion leaves the address alone`(sketch: ClusterSketch, wait: Int) throws {
    let address = try #require(try sketch.plan(PlanOptions(nodeAddressWait: wait)).added()["node-ip-address"])
    let variables = [
      "RAYMESH_POD_IP": "10.0.0.1", "RAY_CLUSTER_NAME": "demo", "a": "x", "i": "x", "": "x", "PATH": "/",
    ]
    #expect(expandingVariables(address, variables) == address)
    #expect(!address.contains("$$"), "two dollars would become one")
  }

  /// KubeRay sorts by name alone, as `=` would not.
  private static func byName(_ one: String, _ other: String) -> Bool {
    one.prefix { $0 != "=" } < other.prefix { $0 != "=" }
  }
}

extension PodShell.Outcome {
  /// The words that set the node's address.
  fileprivate var addressWords: [String] { words.filter { $0.hasPrefix("--node-ip-address") } }
}
