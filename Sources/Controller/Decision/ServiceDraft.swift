internal import JSON
internal import Kubernetes
internal import Names
internal import RayPlan

/// A Service in its desired state: what the cluster wants, and the ports that running pods still need.
struct ServiceDraft: Hashable, Sendable {
  let service: HeadlessService
  let ports: PortRuns
  /// The ports that wait until older pods are gone, for a person.
  let waiting: String?
  private let record: PortRecord
  private let owner: JSONValue

  init(_ service: HeadlessService, of cluster: ManagedCluster, _ transition: PortTransition) {
    self.service = service
    (ports, record, waiting) = (transition.ports, transition.record, transition.waiting)
    owner = cluster.ownerReference
  }

  /// Returns the Service as a Kubernetes object: that of `POST /service`, with its owner and the kept ports.
  ///
  /// - Parameter identity: the object and version that it is meant for. The API server rejects it for any other.
  func object(over identity: ObjectIdentity? = nil) -> JSONValue {
    guard case .object(var object) = service.object, case .object(var metadata) = object["metadata"],
      case .object(var annotations) = metadata["annotations"], case .object(var spec) = object["spec"]
    else { return service.object }
    annotations[Annotation.ports] = .string(record.text)
    metadata["annotations"] = .object(annotations)
    metadata["ownerReferences"] = [owner]
    if let identity { metadata.guardBy(identity) }
    spec["ports"] = ports.value
    object["metadata"] = .object(metadata)
    object["spec"] = .object(spec)
    return .object(object)
  }

  /// Returns a merge patch that removes ports and selectors which should not exist, or `nil` if there are none.
  func pruning(_ live: LiveService) -> JSONValue? {
    // A renamed port may take the name of another, which apply would then find twice.
    let isInTheWay = live.ports.cut(by: ports).contains { piece, port in
      port.map { $0.name != piece.name || ($0.appProtocol == nil && piece.appProtocol != nil) } ?? true
    }
    let others = live.otherSelectors
    guard isInTheWay || !others.isEmpty || !live.isWhole else { return nil }
    var metadata = JSONObject()
    metadata.guardBy(live.identity)
    var selector = JSONObject()
    for key in others { selector[key] = .null }
    selector[Label.cluster] = .string(service.cluster)
    return [
      "metadata": .object(metadata),
      "spec": ["ports": ports.value, "selector": .object(selector)],
    ]
  }

  /// Whether a Service is in its desired state.
  func isMet(by live: LiveService) -> Bool {
    live.ports == ports && live.isWhole && live.selected == service.cluster && live.otherSelectors.isEmpty
      && live.publishesNotReady && live.isOurs && live.isExportedToItsNamespace && live.record == record
      && live.ownership == .cluster
  }
}

extension JSONObject {
  fileprivate mutating func guardBy(_ identity: ObjectIdentity) {
    self["uid"] = .string(identity.uid)
    self["resourceVersion"] = .string(identity.resourceVersion)
  }
}
