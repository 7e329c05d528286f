import Foundation
import JSON
import TestSupport

/// What tests give to commands.
enum Sample {
  /// A RayCluster of a head group and a worker group, in `team-a`.
  static let cluster = Fixture.folder.appending(path: "golden/plain.yaml").path

  /// The same as JSON, with a number of CPUs that nobody says, so that the widest range is asked for.
  static let widest: JSONValue = [
    "apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": ["name": "widest", "namespace": "team-a"],
    "spec": ["headGroupSpec": ["template": ["spec": ["containers": [["name": "ray-head"]]]]]],
  ]

  /// A RayCluster that is refused.
  static let refused = cluster(parameters: "{port: abc}")

  /// A RayCluster of a head group alone, as YAML.
  static func cluster(_ name: String = "ours", metadata: String = "", parameters: String = "{}") -> String {
    ClusterText.headOnly(name, metadata: metadata, parameters: parameters)
  }

  /// The review of a cluster's creation.
  static func review(of cluster: JSONValue, uid: String = "a-uid") -> String {
    let review: JSONValue = [
      "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
      "request": [
        "uid": .string(uid), "operation": "CREATE", "namespace": cluster["metadata"]?["namespace"] ?? "default",
        "resource": ["group": "ray.io", "version": "v1", "resource": "rayclusters"], "object": cluster,
      ],
    ]
    return review.text
  }

  /// The operations of the patch in a reply, or `nil` if there is none.
  static func patch(in reply: JSONValue) throws -> JSONValue? {
    guard let text = reply["response"]?["patch"]?.string, let bytes = Data(base64Encoded: text) else { return nil }
    return JSONValue(try JSONDocument(Array(bytes)).root)
  }
}
