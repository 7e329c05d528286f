internal import Admission
internal import Controller
internal import Explain
internal import JSON
internal import Kubernetes
internal import RayPlan

/// A RayCluster, and what Raymesh would make of it.
struct ClusterState: Sendable {
  let namespace: String
  let name: String
  /// Whether Raymesh has taken it in.
  let isManaged: Bool
  /// What would become of it if it were made now; `nil` where it cannot be read.
  let outcome: Result<Explanation, Refusal>
  /// The Service that its pods are known under, `nil` where it can have none.
  let service: String?
  /// What the controller would find about that Service; `nil` where the cluster is not managed, or Services cannot be
  /// looked at.
  let companion: CompanionState?

  /// What to call it in a finding.
  var subject: String { "RayCluster \(namespace)/\(name)" }
}

extension ClusterState {
  /// `nil` for one that is being deleted.
  ///
  /// - Parameters:
  ///   - services: all Services that there are, by namespace and name; `nil` where nobody may look.
  ///   - oldest: when the oldest pod of each cluster was made, by namespace and cluster.
  /// - Throws: `JSONMismatch` where it is no object of an API server's.
  init?(
    _ object: JSONElement, services: [ObjectKey: JSONElement]?, oldest: [ObjectKey: String], at second: Int,
    options: PlanOptions
  ) throws(JSONMismatch) {
    let metadata = try ClusterMetadata(of: object)
    guard !metadata.isBeingDeleted else { return nil }
    (namespace, name, isManaged) = (object.namespace, object.name, metadata.isManaged)
    let write = ClusterWrite(object, namespace: object.namespace, options: options)
    outcome = Result { () throws(Refusal) in try write.explanation() }
    service = ServiceName(ofStored: object, named: object.name)?.known
    let place = service.map { ObjectKey(namespace: object.namespace, name: $0) }
    guard let services else {
      companion = nil
      return
    }
    companion = try CompanionState(
      of: object, service: place.flatMap { services[$0] },
      oldest: oldest[ObjectKey(namespace: object.namespace, name: object.name)], at: second, options: options)
  }
}
