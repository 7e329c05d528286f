import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// Which writes to a RayCluster Raymesh acts on.
@Suite struct RequestedActionTests {
  private static let plain = ClusterSketch(workers: [GroupSketch()]).object

  /// A cluster that was there before Raymesh, with more in its metadata and its spec.
  private static func sketch(_ metadata: JSONValue = [:], spec: JSONValue = [:]) -> JSONValue {
    ClusterSketch(workers: [GroupSketch()], metadata: metadata, spec: spec).object
  }

  @Test func `a dry run gets the answer of the real thing`() throws {
    // `answer` asks as a dry run does; the recorded reviews ask both ways.
    #expect(try !RequestedActionTests.plain.answer().patch.isEmpty)
  }

  @Test(
    arguments: [
      ["annotations": ["raymesh.io/inject": "false"]],
      ["deletionTimestamp": "2026-01-01T00:00:00Z"],
    ] as [JSONValue])
  func `a cluster that wants to be left alone, or is being deleted, is`(metadata: JSONValue) throws {
    #expect(try RequestedActionTests.sketch(metadata).answer() == .allow([]))
    let managed = try RequestedActionTests.plain.created()
    #expect(
      try RequestedActionTests.sketch(metadata).answer(updating: managed) == .allow([]), "it removes nothing either")
  }

  @Test func `a cluster of another controller is left alone, and the user is told`() throws {
    let cluster = RequestedActionTests.sketch(spec: ["managedBy": "kueue.x-k8s.io/multikueue"])
    let expected = ["raymesh: untouched: spec.managedBy is kueue.x-k8s.io/multikueue"]
    #expect(try cluster.answer() == .allow([.untouched(.otherController("kueue.x-k8s.io/multikueue"))]))
    #expect(try cluster.answer().warnings == expected)
    #expect(try cluster.answer(updating: RequestedActionTests.plain.created()).warnings == expected)
    #expect(try !RequestedActionTests.sketch(spec: ["managedBy": "ray.io/kuberay-operator"]).answer().patch.isEmpty)
  }

  @Test(
    arguments: [
      (nil, false), ("", false), ("v1.0.0", false), ("v1.2.2", false), ("1.2", false), ("v1.3.0", true),
      ("v1.7.1", true), ("v2.0.0", true), ("nightly", true),
    ] as [(String?, Bool)])
  func `a RayService's child is touched only if its KubeRay is 1.3 or later`(
    version: String?, isTouched: Bool
  ) throws {
    let annotations: JSONValue? = version.map { ["ray.io/kuberay-version": .string($0)] }
    for metadata: KeyValuePairs<String, JSONValue?> in [
      ["labels": ["ray.io/originated-from-crd": "RayService"], "annotations": annotations],
      ["ownerReferences": [["kind": "RayService", "name": "a"]], "annotations": annotations],
    ] {
      let answer = try RequestedActionTests.sketch(.sketch(metadata)).answer()
      #expect(!answer.patch.isEmpty == isTouched)
      #expect(answer.warnings.contains { $0.contains("upgrade KubeRay to 1.3") } == !isTouched)
    }
  }

  @Test func `an update of a cluster that Raymesh does not manage passes, and its spec is not even read`() throws {
    let unreadable = RequestedActionTests.plain.adding(["spec": ["headGroupSpec": 7]])
    #expect(try unreadable.answer(updating: RequestedActionTests.plain) == .allow([]))
  }

  @Test func `a user takes a running cluster in by an annotation`() throws {
    let wish: JSONValue = ["annotations": ["raymesh.io/inject": "true"]]
    let answer = try RequestedActionTests.sketch(wish).answer(updating: RequestedActionTests.plain)
    #expect(try answer.patch == RequestedActionTests.sketch(wish).answer().patch)
    #expect(answer.warnings == ["raymesh: now managed: only new pods follow"])
    let recreates: JSONValue = ["upgradeStrategy": ["type": "Recreate"]]
    let all = try RequestedActionTests.sketch(wish, spec: recreates).answer(
      updating: RequestedActionTests.sketch(spec: recreates))
    #expect(all.warnings == ["raymesh: now managed: the upgrade strategy restarts all pods"])
    #expect(
      try RequestedActionTests.sketch(wish).answer(updating: RequestedActionTests.sketch(wish)) == .allow([]),
      "not set now")
  }

  @Test func `a suspended cluster, which has no pods, is taken in when it is written`() throws {
    let suspended = RequestedActionTests.sketch(spec: ["suspend": true])
    #expect(try !RequestedActionTests.plain.answer(updating: suspended).patch.isEmpty)
    #expect(
      try RequestedActionTests.sketch(spec: ["suspend": true]).answer(updating: RequestedActionTests.plain)
        == .allow([]))
    let queued: JSONValue = ["labels": ["kueue.x-k8s.io/queue-name": "q"]]
    let resumed = try RequestedActionTests.sketch(queued).answer(
      updating: RequestedActionTests.sketch(queued, spec: ["suspend": true]))
    #expect(resumed == .allow([]), "Kueue compares the pod templates with those that it admitted")
  }

  @Test func `an update that takes a cluster in is not refused for a fault that it does not bring`() throws {
    let head = GroupSketch(parameters: ["port": "8265"])
    let old = ClusterSketch(head: head).object
    let wish = ClusterSketch(annotations: ["raymesh.io/inject": "true"], head: head).object
    let answer = try wish.answer(updating: old)
    #expect(answer.patch.isEmpty && answer.denial == nil)
    #expect(answer.warnings.count == 1 && answer.warnings[0].contains("not changed by this update, but wrong"))
    #expect(try wish.answer(updating: RequestedActionTests.plain).denial != nil, "here the update brings it")
  }
}
