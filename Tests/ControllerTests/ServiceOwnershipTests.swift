import JSON
import Kubernetes
import RayPlan
import TestSupport
import Testing

@testable import Controller

/// Which Services are written at all: every combination of label, annotation, owner and kind of Service.
struct ServiceOwnershipTests {
  private static let owners: [(name: String, references: [JSONValue])] = [
    ("nobody", []), ("its cluster", [reference()]), ("a former cluster", [reference(uid: "former")]),
    ("its cluster and another", [reference(), reference(kind: "ConfigMap", uid: "other")]),
    ("another", [reference(kind: "ConfigMap", uid: "other")]), ("another cluster", [reference(name: "other")]),
    ("an object with the uid alone", [reference(kind: "Pod")]),
  ]

  private static func reference(
    kind: String = "RayCluster", name: String = "demo", uid: String = "cluster-uid"
  ) -> JSONValue {
    let group = kind == "RayCluster" ? "ray.io/v1" : "v1"
    return ["apiVersion": .string(group), "kind": .string(kind), "name": .string(name), "uid": .string(uid)]
  }

  private func decision(labels: JSONValue, annotations: JSONValue, owners: [JSONValue], address: JSONValue) throws
    -> ServiceDecision
  {
    let object = try ControllerVisit.cluster()
      .setting(["metadata", "uid"], "cluster-uid").setting(["metadata", "resourceVersion"], "1")
    let cluster = try #require(try ManagedCluster(element(object.text), options: .standard))
    guard case .service(let service) = cluster.wish else { throw NoService() }
    let live: JSONValue = [
      "metadata": [
        "name": "demo-headless-svc", "namespace": "ray", "uid": "s", "resourceVersion": "5", "labels": labels,
        "annotations": annotations, "ownerReferences": .array(owners),
      ],
      "spec": ["clusterIP": address, "ports": [["name": "a", "port": 6379, "protocol": "TCP"]]],
    ]
    return ServiceDecision(
      for: service, of: cluster, live: try LiveService(element(live.text), for: cluster), oldest: nil,
      now: RFC3339Time(second: 2_000))
  }

  @Test func `a Service is written only if its cluster owns it, or if it is offered and nobody else owns it`() throws {
    for (owner, references) in Self.owners {
      for (isLabelled, asks, isHeadless) in [
        (true, true, true), (true, true, false), (true, false, true), (true, false, false), (false, true, true),
        (false, true, false), (false, false, true), (false, false, false),
      ] {
        let decision = try decision(
          labels: isLabelled ? ["app.kubernetes.io/managed-by": "raymesh"] : [:],
          annotations: asks ? ["raymesh.io/adopt": "true"] : [:], owners: references,
          address: isHeadless ? "None" : "10.0.0.1")
        let isOthers = ["another", "another cluster", "an object with the uid alone"].contains(owner)
        let isWritten = isHeadless && (asks || isLabelled && !isOthers)
        #expect(decision.writes == isWritten, "owned by \(owner), label \(isLabelled), asks \(asks)")
      }
    }
  }
}

/// That the cluster of a test has no Service.
private struct NoService: Error {}

extension ServiceDecision {
  /// Whether it changes a Service that is there.
  fileprivate var writes: Bool {
    switch self {
    case .apply, .adopt: true
    case .create, .leave, .conflict: false
    }
  }
}
