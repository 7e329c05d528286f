extension PortPlan {
  /// What the user should know though nothing is wrong.
  public var notices: [PlanNotice] {
    var notices = groups.flatMap { $0.notices(need: need) }
    if let version = cluster.rayVersion, version >= DashboardGRPC.refused, statesDashboardGRPC {
      notices.append(.dashboardGRPC)
    }
    notices += disputedPorts.map { .disputedPort($0) }
    notices += serveSwitches.map { .servePorts(variable: $0.rawValue) }
    return notices + unlisted
  }

  /// What the Service leaves out of the ports that groups state.
  var unlisted: [PlanNotice] {
    guard !isListedWhole else { return [] }
    let listed = listed
    var notices: [PlanNotice] = []
    if !listed.ofProxy.isEmpty { notices.append(.proxyPorts(listed.ofProxy)) }
    if !listed.beyondLimit.isEmpty {
      notices.append(.unlistedWorkerPorts(listed.beyondLimit, limit: options.maximumPorts))
    }
    if !listed.othersBeyondLimit.isEmpty {
      notices.append(.unlistedPorts(listed.othersBeyondLimit, limit: options.maximumPorts))
    }
    return notices
  }

  /// The notices as `kubectl` prints them.
  public var warnings: [String] { notices.warnings }

  private var statesDashboardGRPC: Bool {
    groups.contains {
      $0.stance.isRead && $0.group.parameter(.dashboardGRPCPort) != nil && $0.stance.own?[.dashboardGRPCPort] == nil
    }
  }

  /// What has Serve open ports of its own in a group that is new, and that no container lists.
  private var serveSwitches: [ServeSwitch] {
    var found: [ServeSwitch] = []
    for group in groups where group.stance.own == nil {
      for serve in group.group.container.serveSwitches where !found.contains(serve) { found.append(serve) }
    }
    guard found.contains(.haProxy) else { return found }
    let areListed = groups.contains { $0.group.container.ports.contains { ServeSwitch.isReplica($0.port) } }
    return found.filter { $0 != .haProxy || !areListed }
  }

  /// Numbers that a container's own port claims for a protocol other than Ray's there.
  var disputedPorts: [Port] {
    var disputed: [Port] = []
    for group in groups {
      for port in group.group.container.ports {
        guard let claimed = port.namedProtocol, groups.contains(where: { $0.disputes(port.port, claimed) }) else {
          continue
        }
        disputed.append(port.port)
      }
    }
    return disputed.isEmpty ? [] : Set(disputed).sorted()
  }
}

extension GroupPlan {
  /// Whether a number is Ray's on the group's nodes, and Ray speaks another protocol there.
  fileprivate func disputes(_ port: Port, _ claimed: AppProtocol) -> Bool {
    ports.contains { $0.port == port && $0.component.appProtocol != claimed }
      || (claimed != .grpc && workerPorts.contains(port))
  }

  /// What there is to say about one group, nothing where its pods run: that was said when it was made.
  func notices(need: Int) -> [PlanNotice] {
    var notices: [PlanNotice] = []
    if case .keep = stance { return [] }
    if case .leave(let reason) = stance { notices.append(.leftAlone(group: group.name, reason)) }
    switch address {
    case .added, .leftOut(.running), .leftOut(.ownRayStart): break
    case .leftOut(let reason): notices.append(.noAddress(group: group.name, reason))
    case .stated(let isUnderService):
      let isGuides = group.parameter(.nodeIPAddress)?.contains("hostname -I") ?? false
      if isGuides {
        notices.append(.guideAddress(group: group.name))
      } else if !isUnderService {
        notices.append(.foreignAddress(group: group.name))
      }
    }
    if stance.isComplete, workerPorts.count > 0, workerPorts.count < need {
      notices.append(.fewWorkerPorts(group: group.name, count: workerPorts.count, need: need))
    }
    return notices
  }
}
