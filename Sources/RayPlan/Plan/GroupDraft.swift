/// One group's ports, as far as the group alone decides them.
struct GroupDraft {
  let group: RayGroup
  let mode: GroupMode
  let workerPorts: StatedWorkerPorts
  let cpus: Int
  /// The components whose numbers are settled.
  private(set) var settled: [PlannedPort] = []
  /// The components whose numbers no plan knows.
  private(set) var unlisted: [UnlistedPort] = []
  /// The components whose numbers Raymesh chooses, the same in every group.
  private(set) var open: ComponentSet = []
  /// The ports that `ray start` considers in use on a worker's node, by components that run on the head only
  /// (`parameter.py`, `update_pre_selected_port`).
  private(set) var reserved: [PlannedPort] = []
  /// The parameters that are Raymesh's but cannot stay.
  private(set) var removed: [RayParameter] = []

  /// Drafts of every group of a cluster, the head group first.
  ///
  /// - Throws: `Refusal` with every value that cannot be read.
  static func all(
    of cluster: RayCluster, keeping own: OwnParameters?, within budget: inout WorkBudget
  ) throws(Refusal) -> [GroupDraft] {
    var faults: [PlanFault] = []
    var drafts: [GroupDraft] = []
    drafts.reserveCapacity(cluster.groups.count)
    for group in cluster.groups {
      guard budget.allows(group.weight) else { throw Refusal(faults: [.unreadable(budget.end)]) }
      let mode = GroupMode(of: group, in: cluster, keeping: own)
      if let draft = GroupDraft(of: group, in: cluster, mode, faults: &faults) { drafts.append(draft) }
    }
    guard faults.isEmpty else { throw Refusal(faults: faults) }
    return drafts
  }

  private init?(of group: RayGroup, in cluster: RayCluster, _ mode: GroupMode, faults: inout [PlanFault]) {
    let before = faults.count
    var cpus: Int?
    do throws(PlanFault) { cpus = try group.cpuCount().count } catch { faults.append(error) }
    var workers: StatedWorkerPorts?
    do throws(PlanFault) { workers = try StatedWorkerPorts(of: group, mode) } catch { faults.append(error) }
    self.group = group
    self.mode = mode
    self.cpus = cpus ?? 0
    workerPorts = workers ?? .list(.none)
    settled.reserveCapacity(RayComponent.allCases.count)
    if !group.isHead { reserved.reserveCapacity(3) }
    for component in RayComponent.allCases {
      do throws(PlanFault) { try consider(component, in: cluster) } catch { faults.append(error) }
    }
    guard faults.count > before else { return }
    guard !group.readsParameters else { return nil }
    // Values that nobody reads may be anything.
    faults.removeSubrange(before...)
  }

  private mutating func consider(_ component: RayComponent, in cluster: RayCluster) throws(PlanFault) {
    if group.isHead || !component.isHeadOnly { return try add(component, in: cluster) }
    guard component.isReservedOnWorkers, mode.isRead else { return }
    switch try statedPort(of: component, in: cluster) {
    case .port(let port): reserved.append(PlannedPort(component: component, port: port, origin: .stated))
    case .none where component.hasDefault:
      reserved.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    case .none, .random, .unknown: break
    }
  }

  /// The port that the user gives a component, if this Ray reads it.
  private func statedPort(of component: RayComponent, in cluster: RayCluster) throws(PlanFault) -> StatedPort {
    let stated = try group.statedPort(of: component, rayImage: cluster.rayImageVersion)
    return component == .dashboardGRPC && cluster.isRay(from: DashboardGRPC.ignored) ? .none : stated
  }

  private mutating func add(_ component: RayComponent, in cluster: RayCluster) throws(PlanFault) {
    // Raymesh's own values are digits. Anything else was put into the record by somebody.
    var own: Port?
    if let kept = mode.own, let parameter = component.startParameter { own = kept[parameter].flatMap { Port($0) } }
    switch own == nil ? try statedPort(of: component, in: cluster) : .none {
    case .none: break
    case .port(let port): return settled.append(PlannedPort(component: component, port: port, origin: .stated))
    case .random: return unlisted.append(UnlistedPort(component: component, isRandom: true))
    case .unknown: return unlisted.append(UnlistedPort(component: component, isRandom: false))
    }
    guard mode.isSettable else { return }
    if component == .dashboardGRPC, own != nil, cluster.isRay(from: DashboardGRPC.refused) {
      return removed.append(.dashboardGRPCPort)
    }
    if own != nil || mode.adds(component, rayImage: cluster.rayImageVersion) {
      if component.isMovable { return open.insert(component) }
      return settled.append(PlannedPort(component: component, port: own ?? component.usualPort, origin: .added))
    }
    if component.hasDefault {
      settled.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    }
  }

  /// All ports, in the order of `RayComponent`, now that Raymesh has chosen its numbers.
  func ports(_ placement: PortPlacement) -> [PlannedPort] {
    guard !open.isEmpty else { return settled }
    var ports: [PlannedPort] = []
    ports.reserveCapacity(settled.count + open.count)
    var next = 0
    for component in open {
      while next < settled.count, settled[next].component.rawValue < component.rawValue {
        ports.append(settled[next])
        next += 1
      }
      ports.append(PlannedPort(component: component, port: placement.port(of: component), origin: .added))
    }
    ports += settled[next...]
    return ports
  }
}

/// The versions of Ray that change `dashboard-grpc-port`: used below 2.45, ignored from 2.45 on, and from 2.48 on no
/// longer an option of `ray start`.
package enum DashboardGRPC {
  package static let ignored = RayVersion(major: 2, minor: 45)
  static let refused = RayVersion(major: 2, minor: 48)
}

extension RayCluster {
  /// Whether the cluster is known to run a version of Ray or a later one.
  func isRay(from version: RayVersion) -> Bool { rayVersion.map { $0 >= version } ?? false }
}
