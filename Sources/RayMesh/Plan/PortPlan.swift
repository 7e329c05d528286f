internal import JSON

/// Every port that a RayCluster's Ray uses: the one source of both the patch and the Service.
///
/// Planning the patched cluster again gives the same ports and nothing to add.
public struct PortPlan: Sendable {
  /// The cluster that the plan is for.
  public let cluster: RayCluster
  /// The head group's plan, then each worker group's, in the order of the spec.
  public let groups: [GroupPlan]
  /// What the operator decided.
  public let options: PlanOptions

  /// Plans a cluster's ports.
  ///
  /// - Throws: `Refusal` with every fault, where Ray or the mesh could not work as the cluster is written.
  public init(for cluster: RayCluster, options: PlanOptions = .standard) throws(Refusal) {
    let drafts = try GroupDraft.all(of: cluster)
    let need = WorkerPorts.need(cpus: drafts.map(\.cpus).max() ?? 0)
    let shared = PortPlan.sharedRange(need: need, beside: drafts, options: options)
    let address = NodeAddress(of: cluster, options: options)?.shellWord
    groups = drafts.map { draft in draft.completed(need: need, shared: shared, address: address) }
    self.cluster = cluster
    self.options = options
    let faults = groups.flatMap(\.faults) + ProtocolCheck(of: groups).faults
    guard faults.isEmpty else { throw Refusal(faults: faults) }
  }

  /// How many TCP ports the Service will list.
  public var portCount: Int {
    var ports = PortSet()
    for group in groups {
      ports.insert(group.workerPorts)
      for planned in group.ports { ports.insert(planned.port) }
      for port in group.group.container.ports where port.transport == .tcp { ports.insert(port.port) }
    }
    return ports.count
  }

  /// A number that `portCount` cannot be above, counted without looking for ports that groups share.
  var portCountBound: Int {
    groups.reduce(0) { $0 + $1.workerPorts.count + $1.ports.count + $1.group.container.ports.count }
  }

  /// Raymesh's own worker range, the same in each group, and never so wide that the Service outgrows its limit.
  private static func sharedRange(
    need: Int, beside drafts: [GroupDraft], options: PlanOptions
  ) -> ClosedRange<Port> {
    var count = need
    if need + drafts.reduce(0, { $0 + $1.statedPortCount }) > options.maximumPorts {
      var stated = PortSet()
      for draft in drafts { draft.insertStatedPorts(into: &stated) }
      count = max(2, min(need, options.maximumPorts - stated.count))
    }
    return WorkerPorts.firstPort...WorkerPorts.firstPort.advanced(by: count - 1)
  }
}
