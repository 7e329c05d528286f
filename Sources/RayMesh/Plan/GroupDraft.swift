internal import JSON

/// A group's ports as far as the group alone decides them.
struct GroupDraft {
  let group: RayGroup
  let stance: GroupStance
  /// The components whose numbers are settled.
  private(set) var ports: [PlannedPort] = []
  /// The components whose numbers Raymesh chooses, the same in every group.
  private(set) var open: [RayComponent] = []
  /// The ports that `ray start` takes to be in use on a worker's node, by components that run on the head only
  /// (`parameter.py`, `update_pre_selected_port`).
  private(set) var reserved: [PlannedPort] = []
  /// What is Raymesh's but cannot stay.
  private(set) var removed: [String] = []
  let workerPorts: StatedWorkerPorts
  let cpus: Int

  /// Drafts of every group of a cluster, the head group first.
  ///
  /// - Throws: `Refusal` with every value that cannot be read.
  static func all(of cluster: RayCluster, keeping own: OwnParameters?) throws(Refusal) -> [GroupDraft] {
    var faults: [PlanFault] = []
    let drafts = cluster.groups.compactMap { group in
      GroupDraft(of: group, GroupStance(of: group, in: cluster, keeping: own), cluster.rayVersion, faults: &faults)
    }
    guard faults.isEmpty else { throw Refusal(faults: faults) }
    return drafts
  }

  private init?(of group: RayGroup, _ stance: GroupStance, _ version: RayVersion?, faults: inout [PlanFault]) {
    let before = faults.count
    var cpus: Int?
    do throws(JSONMismatch) { cpus = try group.cpuCount().count } catch { faults.append(.unreadable(error)) }
    var workers: StatedWorkerPorts?
    do throws(PlanFault) { workers = try StatedWorkerPorts(of: group, stance) } catch { faults.append(error) }
    self.group = group
    self.stance = stance
    self.cpus = cpus ?? 0
    workerPorts = workers ?? .list([])
    ports.reserveCapacity(RayComponent.allCases.count)
    for component in RayComponent.allCases {
      do throws(JSONMismatch) { try consider(component, version) } catch { faults.append(.unreadable(error)) }
    }
    guard faults.count == before else { return nil }
  }

  private mutating func consider(_ component: RayComponent, _ version: RayVersion?) throws(JSONMismatch) {
    if group.role == .head || !component.isHeadOnly { return try add(component, version) }
    guard component.isReservedOnWorkers, stance.isRead else { return }
    if let stated = try statedPort(of: component, version) {
      reserved.append(PlannedPort(component: component, port: stated, origin: .stated))
    } else if component.hasDefault {
      reserved.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    }
  }

  /// The port that the user gives a component, and that this Ray gives it too.
  private func statedPort(of component: RayComponent, _ version: RayVersion?) throws(JSONMismatch) -> Port? {
    let stated = try group.statedPort(of: component)
    let isIgnored = component == .dashboardGRPC && version.map { $0 >= DashboardGRPC.ignored } ?? false
    return isIgnored ? nil : stated
  }

  private mutating func add(_ component: RayComponent, _ version: RayVersion?) throws(JSONMismatch) {
    let own = stance.own?[component.parameter]
    if own == nil, let stated = try statedPort(of: component, version) {
      return ports.append(PlannedPort(component: component, port: stated, origin: .stated))
    }
    guard stance.isSettable else { return }
    if component == .dashboardGRPC, own != nil, version.map({ $0 >= DashboardGRPC.refused }) ?? false {
      return removed.append(component.parameter)
    }
    if own != nil || stance.adds(component, version) {
      if component.isMovable { return open.append(component) }
      let port = try own.map { text throws(JSONMismatch) in try Port.read(text, at: group.place(of: component)) }
      return ports.append(PlannedPort(component: component, port: port ?? component.usualPort, origin: .added))
    }
    if component.hasDefault {
      ports.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    }
  }

  /// The plan of the group, now that Raymesh's own numbers are chosen.
  func completed(_ placement: PortPlacement, address: GroupAddress) -> GroupPlan {
    let placed = open.map { PlannedPort(component: $0, port: placement.port(of: $0), origin: .added) }
    return GroupPlan(
      group: group, stance: stance, reserved: reserved,
      ports: placed.isEmpty ? ports : (ports + placed).sorted { $0.component.rawValue < $1.component.rawValue },
      workerPorts: workerPorts.completed(need: placement.need, shared: placement.workers), address: address,
      removedParameters: removed)
  }
}

/// The versions of Ray by which `dashboard-grpc-port` goes: used below 2.45, ignored from there on, and from 2.48 on no
/// option of `ray start` any more.
enum DashboardGRPC {
  static let ignored = RayVersion(major: 2, minor: 45)
  static let refused = RayVersion(major: 2, minor: 48)
}
