public import JSON
public import RayMesh

/// What the controller would find where it looked at a managed cluster's Service now, for whoever only wants to know.
public enum CompanionState: Hashable, Sendable {
  /// There is no Service.
  case missing
  /// The Service is as it should be; ports of older pods may be waiting, in words.
  case right(waiting: String?)
  /// The Service is Raymesh's and not as it should be, in words.
  case different(String)
  /// Somebody else's, who asks Raymesh to take it over.
  case adoptable
  /// Somebody else's Service has the name, and what to do about it.
  case conflict(String)
  /// The cluster cannot work as it is written, so it gets none.
  case refused

  /// - Parameters:
  ///   - cluster: the RayCluster as an API server has it.
  ///   - service: the Service of its name, `nil` where there is none.
  ///   - oldest: when the oldest of the cluster's pods was made, `nil` where it has none.
  ///   - second: now, in seconds since 1970.
  /// - Returns: `nil` where the cluster is not managed, or is being deleted.
  /// - Throws: `JSONMismatch` where an object is none of an API server's.
  public init?(
    of cluster: JSONElement, service: JSONElement?, oldest: String?, at second: Int, options: PlanOptions
  ) throws(JSONMismatch) {
    guard let cluster = try ManagedCluster(cluster, options: options) else { return nil }
    guard case .service(let wanted) = cluster.wish else {
      self = .refused
      return
    }
    let live: LiveService? = if let service { try LiveService(service) } else { nil }
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
  /// What is not as it should be, for a person.
  fileprivate func differences(from live: LiveService) -> String {
    let wanted = Dictionary(ports.map { ($0.place, $0) }) { first, _ in first }
    let listed = Dictionary(live.ports.map { ($0.place, $0) }) { first, _ in first }
    let missing = ports.filter { listed[$0.place] == nil }.map(\.number)
    let excess = live.ports.filter { wanted[$0.place] == nil }.map(\.number)
    let others = ports.filter { port in listed[port.place].map { $0 != port } ?? false }.map(\.number)
    let parts = [
      missing.isEmpty ? nil : "lacks \(ServiceDraft.told(missing))",
      excess.isEmpty ? nil : "lists \(ServiceDraft.told(excess)) besides",
      others.isEmpty ? nil : "has another name or protocol for \(ServiceDraft.told(others))",
      live.selector == [PodSlice.label: service.cluster] ? nil : "selects other pods",
    ].compactMap(\.self)
    return parts.isEmpty ? "its annotations, owner or settings are not Raymesh's" : parts.joined(separator: ", ")
  }

  private static func told(_ numbers: [Int]) -> String {
    let first = numbers.sorted().prefix(5).map(String.init).joined(separator: ", ")
    return numbers.count > 5 ? "\(first) and \(numbers.count - 5) more ports" : "port \(first)"
  }
}
