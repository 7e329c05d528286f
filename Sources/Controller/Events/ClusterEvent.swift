internal import JSON
internal import Kubernetes

/// Something to tell the owner of a RayCluster: what `kubectl describe raycluster` lists.
struct ClusterEvent: Hashable, Sendable {
  let reason: Reason
  let message: String

  enum Reason: String, Sendable {
    case created = "ServiceCreated"
    case applied = "ServiceApplied"
    case adopted = "ServiceAdopted"
    case conflict = "ServiceConflict"
    case refused = "ServiceRefused"
    case waits = "PortsWait"

    /// Whether somebody should do something.
    var isWarning: Bool { self == .conflict || self == .refused }
  }

  /// The Event as a Kubernetes object.
  func object(about cluster: ManagedCluster, named name: String, at time: RFC3339Time) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Event",
      "metadata": ["name": .string(name), "namespace": .string(cluster.key.namespace)],
      "involvedObject": [
        "apiVersion": .string(cluster.apiVersion), "kind": "RayCluster", "namespace": .string(cluster.key.namespace),
        "name": .string(cluster.key.name), "uid": .string(cluster.uid),
      ],
      "reason": .string(reason.rawValue), "message": .string(shortMessage),
      "type": reason.isWarning ? "Warning" : "Normal", "source": ["component": "raymesh"],
      "reportingComponent": "raymesh", "reportingInstance": "",
      "firstTimestamp": .string(time.description), "lastTimestamp": .string(time.description), "count": 1,
    ]
  }

  /// An API server takes at most 1,024 bytes (`ValidateEvent`, `NoteLengthLimit`).
  private var shortMessage: String {
    guard message.utf8.count > 1000 else { return message }
    var text = message
    while text.utf8.count > 990 { text.removeLast() }
    return "\(text) …"
  }
}
