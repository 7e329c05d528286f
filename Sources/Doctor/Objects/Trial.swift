internal import Admission
internal import JSON
internal import Kubernetes
internal import Names
internal import RayPlan

/// A small RayCluster that is created as a dry run: the API server asks Raymesh as ever, and stores nothing.
struct Trial: Sendable {
  /// The namespace that it is tried in.
  let namespace: String
  /// The version of the API that it is written in.
  let version: String

  /// How it goes.
  enum Outcome: Sendable {
    case tried(Trial, Attempt)
    /// Why there was none.
    case leftOut(String)
  }

  /// The RayCluster. Its name is made by the API server, so that it is nobody's.
  var cluster: JSONValue {
    let container: JSONValue = ["name": "ray-head", "image": "rayproject/ray:2.46.0"]
    return [
      "apiVersion": .string("\(APIGroup<String>.ray)/\(version)"), "kind": "RayCluster",
      "metadata": ["generateName": "raymesh-doctor-", "namespace": .string(namespace)],
      "spec": [
        "rayVersion": "2.46.0",
        "headGroupSpec": ["rayStartParams": [:], "template": ["spec": ["containers": [container]]]],
      ],
    ]
  }

  /// What asks the API server for it.
  var call: APICall {
    APICall(
      .create, "/apis/\(APIGroup<String>.ray)/\(version)/namespaces/\(namespace)/rayclusters",
      query: [("dryRun", "All")], body: cluster)
  }

  /// The head group's parameters as Raymesh promises them.
  func promised(_ options: PlanOptions) -> JSONValue? {
    guard let document = try? JSONDocument(JSONWriter.bytes(of: cluster)),
      let read = try? RayCluster(document.root, namespace: namespace),
      let patched = try? PortPlan(for: read, options: options).patch.applied(to: cluster)
    else { return nil }
    return Trial.parameters(of: patched)
  }

  /// The head group's parameters of a RayCluster.
  static func parameters(of cluster: JSONValue) -> JSONValue? { cluster["spec"]?["headGroupSpec"]?["rayStartParams"] }

  /// Whether Raymesh has left its record in a RayCluster.
  static func isManaged(_ cluster: JSONValue) -> Bool {
    cluster["metadata"]?["annotations"]?[Annotation.managed] != nil
  }
}
