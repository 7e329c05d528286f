import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// A group whose command runs `ray start` has parameters that nobody reads.
@Suite struct UnreadParametersTests {
  private static let ownStart: JSONValue = ["command": ["bash", "-c"], "args": ["ray start --address=x --block"]]
  private static let bad: [JSONValue] = [
    ["port": "6379"], ["port": "abc"], ["node-manager-port": ""], ["node-manager-port": " 7000"],
    ["metrics-export-port": "99999"], ["ray-client-server-port": "80"], ["runtime-env-agent-port": "0"],
    ["node-manager-port": "7000", "object-manager-port": "7000"], ["node-manager-port": "15001"], ["num-cpus": "many"],
    ["min-worker-port": "20000", "max-worker-port": "20000"], ["min-worker-port": "1"], ["max-worker-port": "x y"],
    ["worker-port-list": "20000,20000"], ["worker-port-list": "1-2"], ["worker-port-list": "7000,52365"],
    ["min-worker-port": "15000", "max-worker-port": "15090"], ["dashboard-port": "x", "dashboard-grpc-port": "x"],
    ["metrics-export-port": "7777"], ["node-manager-port": "0"], ["node-manager-port": "$(NOBODY)"],
    ["num-cpus": "$(nproc)"], ["node-ip-address": "10.0.0.1"],
  ]

  @Test(arguments: bad)
  func `none of them is a reason to refuse the cluster, nor to warn of it`(parameters: JSONValue) throws {
    let own = GroupSketch(parameters: parameters, container: UnreadParametersTests.ownStart)
    let head = GroupSketch(parameters: ["node-manager-port": "7777"])
    for sketch in [ClusterSketch(head: head, workers: [own]), ClusterSketch(head: own, workers: [GroupSketch()])] {
      let answer = try sketch.answer()
      #expect(answer.denial == nil)
      #expect(!answer.warnings.contains { $0.contains(" is known in the pod only") || $0.contains("at random") })
      let group = sketch.workers?.first?.parameters == nil ? "/spec/headGroupSpec" : "/spec/workerGroupSpecs"
      #expect(!answer.patch.operations.contains { $0.path.description.hasPrefix(group) })
    }
  }

  @Test(arguments: bad)
  func `nor is changing them in a cluster that runs`(parameters: JSONValue) throws {
    let before = GroupSketch(parameters: [:], container: UnreadParametersTests.ownStart)
    let running = try ClusterSketch(head: GroupSketch(parameters: ["node-manager-port": "7777"]), workers: [before])
      .object.created()
    let updated = try running.with(parameters, at: "/spec/workerGroupSpecs/0/rayStartParams")
    #expect(try updated.answer(updating: running).denial == nil)
  }

  @Test func `with an overwritten command KubeRay hands the parameters on, so they count`() throws {
    let overwritten: JSONValue = ["command": ["bash", "-c"], "args": ["$KUBERAY_GEN_RAY_START_CMD"]]
    let bad = GroupSketch(parameters: ["node-manager-port": "abc"], container: overwritten)
    let annotations: JSONValue = ["ray.io/overwrite-container-cmd": "true"]
    #expect(
      try ClusterSketch(annotations: annotations, workers: [bad]).answer().denial?.contains("found \"abc\"") == true)
    let good = GroupSketch(container: overwritten)
    let answer = try ClusterSketch(annotations: annotations, workers: [good]).answer()
    #expect(answer.patch.operations.contains { $0.path.description.hasSuffix("/0/rayStartParams/node-manager-port") })
  }
}
