package import JSON
internal import Kubernetes
package import RayPlan

/// The state of a managed cluster's Service, as the controller would see it now.
package enum ServiceState: Hashable, Sendable {
  /// There is no Service.
  case missing
  /// The Service is in its desired state. Ports of older pods may be waiting, in words.
  case right(waiting: String?)
  /// The Service is Raymesh's and differs from its desired state, in words.
  case different(String)
  /// The Service belongs to somebody who asks Raymesh to take it over.
  case adoptable
  /// Another owner's Service has the name. The text says what to do about it.
  case conflict(String)
  /// The cluster cannot work as it is written, so it gets no Service.
  case refused

  /// - Parameters:
  ///   - cluster: the RayCluster as an API server has it.
  ///   - service: the Service of its name, or `nil` if there is none.
  ///   - oldest: when the oldest of the cluster's pods was created, or `nil` if it has none.
  ///   - second: the current time, in seconds since 1970.
  /// - Returns: `nil` if the cluster is not managed, or is being deleted.
  /// - Throws: `JSONMismatch` if an object is not an API server's.
  package init?(
    of cluster: JSONElement, service: JSONElement?, oldest: String?, at second: Int, options: PlanOptions
  ) throws(JSONMismatch) {
    guard let cluster = try ManagedCluster(cluster, options: options) else { return nil }
    guard case .service(let wanted) = cluster.wish else {
      self = .refused
      return
    }
    let live: LiveService? = if let service { try LiveService(service, for: cluster) } else { nil }
    let decision = ServiceDecision(
      for: wanted, of: cluster, live: live, oldest: oldest.flatMap { RFC3339Time($0) }, now: RFC3339Time(second: second)
    )
    switch decision {
    case .create: self = .missing
    case .leave(let waiting): self = .right(waiting: waiting)
    case .adopt: self = .adoptable
    case .conflict(let conflict): self = .conflict(conflict.message(wanted.name))
    case .apply(let draft, let live): self = .different(draft.differences(from: live))
    }
  }
}

extension ServiceDraft {
  /// Returns how a Service differs from its desired state, for a person.
  fileprivate func differences(from live: LiveService) -> String {
    let pieces = ports.cut(by: live.ports)
    let missing = pieces.compactMap { $0.other == nil ? $0.piece : nil }
    let excess = live.ports.cut(by: ports).compactMap { $0.other == nil ? $0.piece : nil }
    let others = pieces.compactMap { piece, listed in
      listed.map { $0.name != piece.name || $0.appProtocol != piece.appProtocol } ?? false ? piece : nil
    }
    let parts = [
      missing.isEmpty ? nil : "lacks \(ServiceDraft.told(missing))",
      excess.isEmpty ? nil : "lists \(ServiceDraft.told(excess)) besides",
      others.isEmpty ? nil : "has another name or protocol for \(ServiceDraft.told(others))",
      live.selected == service.cluster && live.otherSelectors.isEmpty ? nil : "selects other pods",
    ].compactMap(\.self)
    return parts.isEmpty ? "its annotations, owner or settings are not Raymesh's" : parts.joined(separator: ", ")
  }

  private static func told(_ runs: [PortRun]) -> String { "port \(PortRuns(runs).words(atMost: 5))" }
}
