/// The ports of one group's components, as far as the group alone decides them.
struct ComponentPorts {
  private let group: RayGroup
  private let mode: GroupMode
  private let version: RayVersion?
  private let head: RayContainer
  /// What is Raymesh's in a group whose pods run.
  private let own: StringMap?
  /// The components whose numbers are settled.
  private(set) var settled: [PlannedPort] = []
  /// The components whose numbers no plan knows.
  private(set) var unlisted: [UnlistedPort] = []
  /// The components whose numbers Raymesh chooses, the same in every group.
  private(set) var open: ComponentSet = []
  /// The ports that `ray start` takes to be in use on a worker's node, by components that run on the head only
  /// (`parameter.py`, `update_pre_selected_port`).
  private(set) var reserved: [PlannedPort] = []
  /// What is Raymesh's but cannot stay.
  private(set) var removed: [RayParameter] = []

  init(of group: RayGroup, in cluster: RayCluster, _ mode: GroupMode, faults: inout [PlanFault]) {
    self.group = group
    self.mode = mode
    version = cluster.rayVersion
    head = cluster.head.container
    own = mode.own
    settled.reserveCapacity(RayComponent.allCases.count)
    if !group.isHead { reserved.reserveCapacity(3) }
    for component in RayComponent.allCases {
      do throws(PlanFault) { try consider(component) } catch { faults.append(error) }
    }
  }

  private mutating func consider(_ component: RayComponent) throws(PlanFault) {
    if group.isHead || !component.isHeadOnly { return try add(component) }
    guard component.isReservedOnWorkers, mode.isRead else { return }
    switch try statedPort(of: component) {
    case .port(let port): reserved.append(PlannedPort(component: component, port: port, origin: .stated))
    case .none where component.hasDefault:
      reserved.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    case .none, .random, .unknown: break
    }
  }

  /// The port that the user gives a component, and that this Ray gives it too.
  private func statedPort(of component: RayComponent) throws(PlanFault) -> StatedPort {
    let stated = try group.statedPort(of: component, head: head)
    let isIgnored = component == .dashboardGRPC && version.map { $0 >= DashboardGRPC.ignored } ?? false
    return isIgnored ? .none : stated
  }

  private mutating func add(_ component: RayComponent) throws(PlanFault) {
    // What is Raymesh's is digits; anything else somebody has put into the record.
    let own = component.startParameter.flatMap { self.own?[$0] }.flatMap { Port($0) }
    switch own == nil ? try statedPort(of: component) : .none {
    case .none: break
    case .port(let port): return settled.append(PlannedPort(component: component, port: port, origin: .stated))
    case .random: return unlisted.append(UnlistedPort(component: component, isRandom: true))
    case .unknown: return unlisted.append(UnlistedPort(component: component, isRandom: false))
    }
    guard mode.isSettable else { return }
    if component == .dashboardGRPC, own != nil, version.map({ $0 >= DashboardGRPC.refused }) ?? false {
      return removed.append(.dashboardGRPCPort)
    }
    if own != nil || mode.adds(component, head: head) {
      if component.isMovable { return open.insert(component) }
      return settled.append(PlannedPort(component: component, port: own ?? component.usualPort, origin: .added))
    }
    if component.hasDefault {
      settled.append(PlannedPort(component: component, port: component.usualPort, origin: .usual))
    }
  }

  /// All ports, in the order of `RayComponent`, now that the numbers that Raymesh chooses are known.
  func completed(_ placement: PortPlacement) -> [PlannedPort] {
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

/// The versions of Ray by which `dashboard-grpc-port` goes: used below 2.45, ignored from there on, and from 2.48 on no
/// option of `ray start` any more.
package enum DashboardGRPC {
  package static let ignored = RayVersion(major: 2, minor: 45)
  static let refused = RayVersion(major: 2, minor: 48)
}
