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
    let faults = groups.flatMap(\.faults) + protocolFaults
    guard faults.isEmpty else { throw Refusal(faults: faults) }
  }

  /// Raymesh's own worker range, the same in each group, and never so wide that the Service outgrows its limit.
  private static func sharedRange(
    need: Int, beside drafts: [GroupDraft], options: PlanOptions
  ) -> ClosedRange<Port> {
    var count = need
    if need + drafts.reduce(0, { $0 + $1.statedPortCount }) > options.maximumPorts {
      count = max(2, min(need, options.maximumPorts - Set(drafts.flatMap(\.statedPorts)).count))
    }
    return WorkerPorts.firstPort...WorkerPorts.firstPort.advanced(by: count - 1)
  }

  /// Numbers that speak one protocol in one group and another in the next.
  private var protocolFaults: [PlanFault] {
    var faults: [PlanFault] = []
    for (index, first) in groups.enumerated() {
      for second in groups[(index + 1)...] {
        faults += first.protocolFaults(beside: second)
      }
    }
    return faults
  }
}

extension GroupPlan {
  fileprivate func protocolFaults(beside other: GroupPlan) -> [PlanFault] {
    var faults: [PlanFault] = []
    for one in ports {
      for two in other.ports where one.port == two.port {
        guard one.component.appProtocol != two.component.appProtocol else { continue }
        let (first, second) = (one.component.appProtocol, two.component.appProtocol)
        faults.append(.twoProtocols(one.port, claim(one), first, other.claim(two), second))
      }
    }
    return faults + workerProtocolFaults(beside: other) + other.workerProtocolFaults(beside: self)
  }

  /// Worker ports speak grpc, so another group's http port among them is a fault.
  private func workerProtocolFaults(beside other: GroupPlan) -> [PlanFault] {
    other.ports.filter { $0.component.appProtocol != .grpc && workerPorts.contains($0.port) }.map { planned in
      let workers = PlanFault.Claim(pointer: workerPlace, origin: workerPorts.added.isEmpty ? .stated : .added)
      return .twoProtocols(planned.port, workers, .grpc, other.claim(planned), planned.component.appProtocol)
    }
  }
}
