internal import JSON
internal import Kubernetes
internal import Limits

/// A message to the owner of a RayCluster, as `kubectl describe raycluster` lists it.
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
    case rejected = "ServiceRejected"
    case unreadable = "ClusterUnreadable"

    /// Whether somebody has to act.
    var isWarning: Bool {
      self == .conflict || self == .refused || self == .rejected || self == .unreadable
    }
  }

  /// The Event as a Kubernetes object.
  func object(about cluster: ClusterReference, named name: String, at time: RFC3339Time) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Event",
      "metadata": ["name": .string(name), "namespace": .string(cluster.key.namespace)],
      "involvedObject": [
        "apiVersion": .string(cluster.apiVersion), "kind": "RayCluster", "namespace": .string(cluster.key.namespace),
        "name": .string(cluster.key.name), "uid": .string(cluster.uid),
      ],
      "reason": .string(reason.rawValue), "message": .string(message.shortened(to: ClusterLimits.message.value)),
      "type": reason.isWarning ? "Warning" : "Normal", "source": ["component": "raymesh"],
      "reportingComponent": "raymesh", "reportingInstance": "",
      "firstTimestamp": .string(time.description), "lastTimestamp": .string(time.description), "count": 1,
    ]
  }
}

/// The RayCluster that an Event is about.
struct ClusterReference: Hashable, Sendable {
  let key: ObjectKey
  let uid: String
  let apiVersion: String
}
