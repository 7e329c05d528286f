import Admission
import JSON
import RayPlan
import TestSupport

/// A RayCluster as a test sketches it: what the sketch does not say is absent from the object.
struct ClusterSketch: Sendable {
  var name: String? = "demo"
  var generateName: String?
  var namespace: String? = "ray"
  var annotations: JSONValue?
  var rayVersion: JSONValue?
  /// The image of the head's Ray container.
  var image: JSONValue?
  var head = GroupSketch()
  var workers: [GroupSketch]? = []
  /// More members of the metadata, and of the spec.
  var metadata: JSONValue = [:]
  var spec: JSONValue = [:]

  /// The object.
  var object: JSONValue {
    [
      "apiVersion": "ray.io/v1",
      "kind": "RayCluster",
      "metadata": .sketch([
        "name": name.map(JSONValue.string), "generateName": generateName.map(JSONValue.string),
        "namespace": namespace.map(JSONValue.string), "annotations": annotations,
      ]).adding(metadata),
      "spec": .sketch([
        "rayVersion": rayVersion, "headGroupSpec": head.object(groupName: nil, image: image),
        "workerGroupSpecs": workers.map { .array($0.map { $0.object(groupName: .string($0.name)) }) },
      ]).adding(spec),
    ]
  }

  /// The cluster, read.
  func cluster() throws -> RayCluster { try object.cluster() }

  /// The plan.
  func plan(_ options: PlanOptions = .standard) throws -> PortPlan { try PortPlan(for: cluster(), options: options) }

  /// What a reviewer answers to the cluster's creation.
  func answer(_ options: PlanOptions = .standard) throws -> AdmissionAnswer { try object.answer(options) }
}

/// A head group or a worker group of a sketch.
struct GroupSketch: Sendable {
  var name = "small-group"
  var parameters: JSONValue?
  var groupResources: JSONValue?
  var resources: JSONValue?
  var env: JSONValue?
  var ports: JSONValue?
  /// More members of the Ray container, and of the pod's spec.
  var container: JSONValue = [:]
  var pod: JSONValue = [:]

  fileprivate func object(groupName: JSONValue?, image: JSONValue? = nil) -> JSONValue {
    let container = JSONValue.sketch([
      "name": "ray", "image": image, "resources": resources, "env": env, "ports": ports,
    ])
    .adding(container)
    let containers: JSONValue = [container, ["name": "sidecar", "env": [["name": "OTHER"]]]]
    return .sketch([
      "groupName": groupName, "rayStartParams": parameters, "resources": groupResources,
      "template": ["spec": .sketch(["containers": containers]).adding(pod)],
    ])
  }
}

extension JSONValue {
  /// An object of those members that are not `nil`.
  static func sketch(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    var object = JSONObject()
    for (key, value) in members { object[key] = value }
    return .object(object)
  }

  /// The object with another's members.
  func adding(_ other: JSONValue) -> JSONValue {
    guard case .object(var object) = self, case .object(let more) = other else { return self }
    for member in more.members { object[member.key] = member.value }
    return .object(object)
  }

  /// This object, read as a RayCluster in the namespace of an admission request.
  func cluster(namespace: String = "ray") throws -> RayCluster {
    try RayCluster(JSONDocument(JSONWriter.bytes(of: self)).root, namespace: namespace)
  }

  /// What a reviewer answers if somebody makes this object of another.
  func answer(updating old: JSONValue, _ options: PlanOptions = .standard) throws -> AdmissionAnswer {
    let review: JSONValue = [
      "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
      "request": [
        "uid": "a-uid", "operation": "UPDATE", "namespace": "ray", "name": "demo",
        "resource": ["group": "ray.io", "version": "v1", "resource": "rayclusters"], "object": self, "oldObject": old,
      ],
    ]
    return try Reviewer(options: options).review(JSONWriter.bytes(of: review)).answer
  }

  /// The object as it is stored once somebody has created it.
  func created(_ options: PlanOptions = .standard) throws -> JSONValue { try answer(options).patch.applied(to: self) }

  /// The object as it is stored once somebody has made it of another.
  func stored(updating old: JSONValue, _ options: PlanOptions = .standard) throws -> JSONValue {
    try answer(updating: old, options).patch.applied(to: self)
  }

  /// What a reviewer answers if somebody creates this object.
  func answer(_ options: PlanOptions = .standard) throws -> AdmissionAnswer {
    let review = AdmissionReview.creating(self, namespace: "ray", uid: "a-uid")
    return try Reviewer(options: options).review(review).answer
  }
}

extension AdmissionAnswer {
  /// The patch, empty if the answer has none.
  var patch: JSONPatch { if case .patch(let patch, _) = self { patch } else { JSONPatch() } }

  /// What the user is told.
  var warnings: [String] {
    switch self {
    case .allow(let notices), .patch(_, let notices): notices.warnings
    case .deny: []
    }
  }

  /// Why it is a refusal, or `nil` if it is none.
  var denial: String? { if case .deny(let refusal) = self { "RayCluster \(refusal)" } else { nil } }
}

extension PortPlan {
  /// What the plan adds to the ray start parameters of a group, the head group being 0.
  func added(to group: Int = 0) -> [String: String] {
    Dictionary(uniqueKeysWithValues: groups[group].addedParameters.map { ($0.name, $0.value) })
  }
}
