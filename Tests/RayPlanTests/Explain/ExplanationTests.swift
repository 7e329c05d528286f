import Admission
import Explain
import JSON
import RayPlan
import TestSupport
import Testing

/// What an explanation says beside the ports.
@Suite struct ExplanationTests {
  @Test(
    arguments: [
      (["annotations": ["raymesh.io/inject": "false"]], [:], #"its annotation raymesh.io/inject is "false""#),
      (
        ["deletionTimestamp": "2026-01-01T00:00:00Z"], [:],
        "it is being deleted, and only waits for its finalizers"
      ),
      ([:], ["managedBy": "kueue.x-k8s.io/multikueue"], "spec.managedBy is kueue.x-k8s.io/multikueue"),
      (
        ["labels": ["ray.io/originated-from-crd": "RayService"]], [:],
        "this KubeRay would recreate it for ever; upgrade KubeRay to 1.3 or later"
      ),
    ] as [(JSONValue, JSONValue, String)])
  func `a cluster that is left as it is says why`(metadata: JSONValue, spec: JSONValue, reason: String) throws {
    guard case .untouched(let reasons) = try ClusterSketch(metadata: metadata, spec: spec).explained() else {
      Issue.record("it has a plan")
      return
    }
    #expect(reasons == [reason])
  }

  @Test func `an update of a cluster that was there before Raymesh says how to take it in`() throws {
    let document = try JSONDocument(JSONWriter.bytes(of: ClusterSketch().object))
    let write = ClusterWrite(document.root, after: document.root, namespace: "ray", options: .standard)
    guard case .untouched(let reasons) = try write.explanation() else {
      Issue.record("it has a plan")
      return
    }
    #expect(reasons.count == 1 && reasons[0].contains(#"raymesh.io/inject: "true" enables Raymesh for it"#))
  }

  @Test func `an update of a managed cluster explains what the pods that run have`() throws {
    let old = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "1"])).patched()
    // Its writer knows nothing of Raymesh, and has a larger node now.
    let new = ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "30"])).object
    let documents = try [new, old].map { try JSONDocument(JSONWriter.bytes(of: $0)) }
    let write = ClusterWrite(
      documents[0].root, after: documents[1].root, namespace: "ray", options: .standard)
    guard case .planned(let explanation) = try write.explanation() else {
      Issue.record("it has no plan")
      return
    }
    #expect(explanation.uses(of: 6380) == ["head | raymesh | the usual number"])
    #expect(explanation.uses(of: 10051) == ["head | raymesh | added earlier, according to raymesh.io/managed"])
    #expect(explanation.ports.allSatisfy { $0.ports.upperBound != Port(10141) })
  }

  @Test func `a cluster that could not work is refused as by the reviewer, with every fault`() throws {
    let sketch = ClusterSketch(head: GroupSketch(parameters: ["port": "abc", "dashboard-port": "x"]))
    let refusal = #expect(throws: Refusal.self) { try sketch.explained() }
    #expect(refusal?.faults.count == 2)
    #expect(try sketch.answer().denial == refusal.map { "RayCluster \($0)" })
  }

  @Test func `the notices are those of the plan`() throws {
    let sketch = ClusterSketch(workers: [GroupSketch(pod: ["hostNetwork": true])])
    guard case .planned(let explanation) = try sketch.explained() else {
      Issue.record("it is left alone")
      return
    }
    #expect(try explanation.notices == sketch.plan().notices && !explanation.notices.isEmpty)
  }

  @Test func `a cluster that gets its name later has its Service's name in the words of the pod`() throws {
    let sketch = ClusterSketch(name: nil, generateName: "job-")
    #expect(try sketch.explanation().service.name == "${RAY_CLUSTER_NAME}-headless-svc")
    let long = ClusterSketch(name: nil, generateName: String(repeating: "n", count: 60))
    #expect(try long.explanation().service.name == nil)
    #expect(try long.explanation().groups.map(\.address) == [.leftOut(.longName)])
  }

  @Test func `each group has its node address, and whose it is`() throws {
    let under = "x.demo-headless-svc.ray.svc.cluster.local"
    let explanation = try ClusterSketch(workers: [
      GroupSketch(name: "under", parameters: ["node-ip-address": .string(under)]),
      GroupSketch(name: "foreign", parameters: ["node-ip-address": "10.0.0.9"]),
      GroupSketch(name: "host", pod: ["hostNetwork": true]),
      GroupSketch(name: "own", container: ["command": ["ray start --block"]]),
    ]).explanation()
    let added = try ClusterSketch().plan().added()["node-ip-address"] ?? "none"
    #expect(
      explanation.groups.map(\.address) == [
        .value(added, by: .raymesh, isUnderService: true), .value(under, by: .user, isUnderService: true),
        .value("10.0.0.9", by: .user, isUnderService: false), .leftOut(.hostNetwork), .leftOut(.ownRayStart),
      ])
    #expect(!explanation.service.saysProtocols)
  }

  @Test func `a patched cluster's node address is Raymesh's`() throws {
    let sketch = ClusterSketch()
    let patched = try PortPlan(for: sketch.patched().cluster())
    #expect(try PlanExplanation(of: patched).groups == sketch.explanation().groups)
  }

  /// A cluster, and what it is said to lack, as `what | groups`.
  @Test(
    arguments: [
      (ClusterSketch(image: "rayproject/ray:2.10.0"), []),
      (ClusterSketch(rayVersion: "2.46"), ["dashboard-grpc-port | head | Ray 2.45 and later do not use it"]),
      (
        ClusterSketch(),
        [
          "dashboard-grpc-port | head | Ray 2.48 and later fail to start with it; "
            + "only the tag of a rayproject/ray image proves an older Ray"
        ]
      ),
      (
        ClusterSketch(image: "rayproject/ray:2.10.0", head: GroupSketch(parameters: ["worker-port-list": "2000"])),
        ["min- and max-worker-port | head | worker-port-list replaces them"]
      ),
      (
        ClusterSketch(image: "rayproject/ray:2.10.0", workers: [GroupSketch(container: ["args": ["ray start"]])]),
        [
          "ray start parameters | small-group | its command runs ray start; set the ports there",
          "worker ports | small-group | no range is set, and Ray's default 10002-19999 is too large to list",
          "protocols | small-group | the pods are known by their IPs: Istio must detect the protocols",
        ]
      ),
      (
        ClusterSketch(
          image: "rayproject/ray:2.10.0", head: GroupSketch(ports: [["containerPort": 8080, "name": "grpc"]]),
          workers: [GroupSketch()]),
        ["protocol of 8080 | head | Ray's protocol and the container's differ"]
      ),
      (
        ClusterSketch(image: "rayproject/ray:2.10.0", spec: ["tlsOptions": ["enabled": true]]),
        [
          "protocols | head | the pods are known by their IPs: Istio must detect the protocols",
          "protocols of the head's Service | head | KubeRay's tcp stays: the mesh cannot read Ray's own TLS as grpc",
        ]
      ),
    ] as [(ClusterSketch, [String])])
  func `what is left out is said, with the groups and the reason`(sketch: ClusterSketch, expected: [String]) throws {
    let explanation = try sketch.explanation()
    let omissions = explanation.omissions.map { omission in
      let groups = omission.groups.map { explanation.groups[$0].name }.joined(separator: " ")
      return "\(omission.subject) | \(groups) | \(omission.reason)"
    }
    #expect(omissions == expected)
  }

  @Test func `every reason to leave the address out has words of its own`() {
    let reasons: [GroupAddress.Reason] = [
      .asked, .overwrittenCommand, .rayTLS, .autoscaler1, .hostNetwork, .podNames, .ownRayStart, .longName, .running,
    ]
    #expect(Set(reasons.map(\.explanation)).count == reasons.count)
    #expect(reasons.allSatisfy { (10...90).contains($0.explanation.count) })
  }
}
