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
  /// What its Service is called; `nil` if that cannot be known to the pods.
  package let service: ServiceName?
  /// How many worker ports a node needs, by the largest group.
  package let need: Int
  /// Why the cluster could not work so.
  public let faults: [PlanFault]
  /// Whether every node is known by a name that the mesh can route. If one is not, peers dial its IP, which no virtual
  /// host matches, and the mesh would refuse a port that is declared grpc or http. The Service declares nothing then,
  /// and Istio looks at the traffic itself.
  public let isNamed: Bool
  /// Whether Raymesh must leave KubeRay's Service for the head alone. It must if nodes have no names, as its own
  /// Service declares nothing then. With Ray's TLS, the mesh would find no gRPC on ports that are declared grpc.
  package let leavesHeadService: Bool

  /// Plans a cluster's ports.
  ///
  /// - Throws: `Refusal` with every fault, if Ray or the mesh could not work as the cluster is written.
  public init(for cluster: RayCluster, options: PlanOptions = .standard) throws(Refusal) {
    var budget = WorkBudget()
    try self.init(for: cluster, options: options, within: &budget)
  }

  /// - Parameter budget: how much work it may be.
  public init(for cluster: RayCluster, options: PlanOptions, within budget: inout WorkBudget) throws(Refusal) {
    try self.init(unchecked: cluster, keeping: nil, options: options, within: &budget)
    guard faults.isEmpty else { throw Refusal(faults: faults) }
  }

  /// Plans the ports of a cluster as it is stored. If Raymesh manages it, its pods are known as the
  /// cluster says, not as they would be planned today. The reason for leaving out a node address may be gone.
  ///
  /// - Throws: `Refusal` with every fault.
  public init(stored cluster: RayCluster, options: PlanOptions, within budget: inout WorkBudget) throws(Refusal) {
    try self.init(
      unchecked: cluster, keeping: nil, isStored: cluster.metadata.isManaged, options: options, within: &budget)
    guard faults.isEmpty else { throw Refusal(faults: faults) }
  }

  /// A plan that may have faults.
  ///
  /// - Parameter own: what is Raymesh's in a cluster that runs: that stays as it is if it can, and only groups that
  ///   are new get more. `nil` for a cluster whose groups all lack pods.
  /// - Parameter isStored: whether the cluster is stored and reviewed: its pods lack a node address that it lacks.
  /// - Throws: `Refusal` if a value cannot be read, so that there is no plan at all.
  public init(
    unchecked cluster: RayCluster, keeping own: OwnParameters?, isStored: Bool = false, options: PlanOptions,
    within budget: inout WorkBudget
  ) throws(Refusal) {
    let drafts = try GroupDraft.all(of: cluster, keeping: own, within: &budget)
    let placement = PortPlacement(beside: drafts, keeping: own, options: options)
    service = cluster.serviceName(keeping: own)
    var policy = AddressPolicy(of: cluster, under: service, isStored: isStored, options: options)
    groups = drafts.indices.map { place in
      GroupPlan(drafts[place], placement, address: policy.address(of: drafts[place].group, drafts[place].mode))
    }
    isNamed = groups.allSatisfy { $0.address.isName }
    leavesHeadService = cluster.usesRayTLS && (own?.leavesHeadService ?? !isNamed)
    self.cluster = cluster
    self.options = options
    need = placement.need
    var faults: [PlanFault] = []
    for group in groups {
      guard budget.allows(group.group.weight) else { throw Refusal(faults: [.unreadable(budget.end)]) }
      faults += GroupChecks(of: group).faults
    }
    faults += ProtocolChecks(of: groups).faults
    self.faults = faults
  }

  /// Which ports the Service lists.
  public var listed: ListedPorts { ListedPorts(of: self) }

  /// The worker ports that the Service lists: sorted, apart from each other, and at most `--maximum-ports` of them.
  public var listedWorkerPorts: [ClosedRange<Port>] { listed.workers }

  /// How many TCP ports the Service will list.
  public var portCount: Int {
    guard isListedWhole else { return listed.tcpCount }
    var ranges: [ClosedRange<Port>] = []
    var numbers: [Port] = []
    numbers.reserveCapacity(16 * groups.count)
    for group in groups {
      for range in group.workerPorts.ranges where ranges.last != range { ranges.append(range) }
      for planned in group.ports { numbers.append(planned.port) }
      for port in group.group.container.ports where port.transport == .tcp { numbers.append(port.port) }
    }
    return PortPlan.count(numbers, ranges)
  }

  /// Ranges that differ may overlap, which is rare, and what a set is for; so it is for many numbers.
  private static func count(_ numbers: [Port], _ ranges: [ClosedRange<Port>]) -> Int {
    guard ranges.count < 2, numbers.count < 100 else {
      var ports = PortSet()
      for range in PortRanges(joining: ranges).ranges { ports.insert(range) }
      for number in numbers { ports.insert(number) }
      return ports.count
    }
    var count = ranges.first?.portCount ?? 0
    var seen = PortGlance()
    for (index, number) in numbers.enumerated() where ranges.first?.contains(number) != true {
      if seen.insert(number) || !numbers[..<index].contains(number) { count += 1 }
    }
    return count
  }

  /// Whether nothing is left out, as far as counting tells without looking for ports that groups share.
  var isListedWhole: Bool {
    var bound = 0
    var last: ClosedRange<Port>?
    for group in groups {
      let workers = group.workerPorts
      guard !workers.overlaps(PortSet.meshRange) else { return false }
      bound += group.ports.count + group.group.container.ports.count
      // Nearly all groups share the one range.
      if case .range(let range) = workers.ports, range == last { continue }
      bound += workers.count
      if case .range(let range) = workers.ports { last = range }
    }
    return bound <= options.maximumPorts
  }
}
