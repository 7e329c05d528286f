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
  public var unlisted: [PlanNotice] {
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

  private var statesDashboardGRPC: Bool {
    groups.contains {
      $0.mode.isRead && $0.group.parameter(.dashboardGRPCPort) != nil && $0.mode.own?[.dashboardGRPCPort] == nil
    }
  }

  /// What has Serve open ports of its own in a group that is new, and that no container lists.
  private var serveSwitches: [ServeSwitch] {
    var found: [ServeSwitch] = []
    for group in groups where group.mode.own == nil {
      for serve in group.group.container.serveSwitches where !found.contains(serve) { found.append(serve) }
    }
    guard found.contains(.haProxy) else { return found }
    let areListed = groups.contains { $0.group.container.ports.contains { ServeSwitch.isReplica($0.port) } }
    return found.filter { $0 != .haProxy || !areListed }
  }

  /// Numbers that a container's own port claims for a protocol other than Ray's there.
  package var disputedPorts: [Port] {
    var claims: [(port: Port, claimed: AppProtocol)] = []
    for group in groups {
      for port in group.group.container.ports {
        if let claimed = port.namedProtocol { claims.append((port.port, claimed)) }
      }
    }
    guard !claims.isEmpty else { return [] }
    let spoken = SpokenPorts(of: groups)
    var disputed: Set<Port> = []
    for (port, claimed) in claims where spoken.dispute(port, claimed) { disputed.insert(port) }
    return disputed.sorted()
  }
}

/// The ports that are Ray's on any node, by what Ray speaks there.
private struct SpokenPorts {
  private var grpc = PortSet()
  private var others: [AppProtocol: PortSet] = [:]

  init(of groups: [GroupPlan]) {
    for group in groups {
      grpc.insert(group.workerPorts)
      for planned in group.ports {
        let spoken = planned.component.appProtocol
        if spoken == .grpc {
          grpc.insert(planned.port)
        } else {
          others[spoken, default: PortSet()].insert(planned.port)
        }
      }
    }
  }

  /// Whether Ray speaks another protocol than the one that is claimed.
  func dispute(_ port: Port, _ claimed: AppProtocol) -> Bool {
    (claimed != .grpc && grpc.contains(port))
      || others.contains { spoken, ports in spoken != claimed && ports.contains(port) }
  }
}

extension RayGroup {
  /// What bounds the worker ports in a way that no plan can know, and whether Ray then chooses at random.
  package var unlistedWorkerPorts: (parameter: RayParameter, isRandom: Bool)? {
    for parameter in [RayParameter.workerPortList, .minWorkerPort, .maxWorkerPort] {
      switch value(of: parameter) {
      case .unknown: return (parameter, false)
      case .word(let text):
        if parameter == .workerPortList { return nil }
        if Int(python: text) == 0 { return (parameter, true) }
      case .absent, .split: break
      }
    }
    return nil
  }
}

extension GroupPlan {
  /// What no Service can list, and what no plan can go by. If nobody reads the parameters,
  /// environment variables count.
  private var unlistedNotices: [PlanNotice] {
    var names = unlisted.filter { group.readsParameters || $0.component.startParameter == nil }
      .map { (name: $0.component.parameter, isRandom: $0.isRandom) }
    guard group.readsParameters || !names.isEmpty else { return [] }
    if group.readsParameters, let workers = group.unlistedWorkerPorts {
      names.append((workers.parameter.name, workers.isRandom))
    }
    var notices = names.map { name, isRandom in
      PlanNotice.hidden(group: group.name, name: name, isRandom ? .randomPort : .unknownPort)
    }
    if group.readsParameters, case .unknown = group.value(of: .cpus) {
      notices.append(.hidden(group: group.name, name: RayParameter.cpus.name, .unknownCPUs))
    }
    return notices
  }

  /// What there is to say about one group, nothing if its pods run: that was said when it was made.
  public func notices(need: Int) -> [PlanNotice] {
    var notices: [PlanNotice] = []
    if case .keep = mode { return [] }
    if case .leave(let reason) = mode { notices.append(.leftAlone(group: group.name, reason)) }
    switch address {
    case .added, .leftOut(.running), .leftOut(.ownRayStart): break
    case .leftOut(let reason): notices.append(.noAddress(group: group.name, reason))
    case .stated(let isUnderService):
      let isGuides = group.parameter(.nodeIPAddress)?.contains(bytesOf: "hostname -I") ?? false
      if isGuides {
        notices.append(.guideAddress(group: group.name))
      } else if !isUnderService {
        let name = RayParameter.nodeIPAddress.name
        let isKnown = group.parameter(.nodeIPAddress)?.utf8.contains { $0 == UInt8(ascii: "$") } != true
        notices.append(
          isKnown ? .foreignAddress(group: group.name) : .hidden(group: group.name, name: name, .unknownAddress))
      }
    }
    notices += unlistedNotices
    if mode.isComplete, workerPorts.count > 0, workerPorts.count < need {
      notices.append(.fewWorkerPorts(group: group.name, count: workerPorts.count, need: need))
    }
    return notices
  }
}
