/// What is wrong with the ports of one group's nodes.
struct GroupFaults {
  private(set) var faults: [PlanFault] = []
  private let plan: GroupPlan

  init(of plan: GroupPlan) {
    self.plan = plan
    guard plan.group.readsParameters else { return }
    checkHeadPort()
    checkVariable()
    checkSharing()
    for planned in plan.ports where planned.component.isGuarded { checkMesh(planned) }
    checkMeshOfWorkers()
  }

  /// Two components of one node on one port, or one among its worker ports.
  private mutating func checkSharing() {
    var seen = PortGlance()
    for planned in plan.ports where planned.component.isGuarded { checkSharing(of: planned, &seen) }
    for planned in plan.reserved where planned.component.isGuarded { checkSharing(of: planned, &seen) }
  }

  private mutating func checkSharing(of planned: PlannedPort, _ seen: inout PortGlance) {
    if !seen.insert(planned.port), let first = plan.firstGuarded(planned.port), first != planned {
      faults.append(.shared(planned.port, plan.claim(first), plan.claim(planned)))
    }
    if plan.workerPorts.reserve(planned.port) {
      faults.append(.amongWorkerPorts(planned.port, plan.claim(planned), plan.workerPlace))
    }
  }

  private mutating func checkMesh(_ planned: PlannedPort) {
    if PortSet.meshRange.contains(planned.port) {
      faults.append(.meshOwned(planned.port...planned.port, plan.claim(planned), free: PlanFault.freeBelowMesh))
    }
  }

  /// Ray starts with such ports, and the Service goes without them. Where no others are left, no mesh can carry what
  /// workers say.
  private mutating func checkMeshOfWorkers() {
    guard let first = plan.workerPorts.lowest, let last = plan.workerPorts.highest else { return }
    if PortSet.meshRange.contains(first), PortSet.meshRange.contains(last) {
      faults.append(.meshOwned(first...last, plan.workerClaim, free: PlanFault.freeBelowMesh))
    }
  }

  /// `ray start` ends at once on a worker that is given `--port` (`scripts.py`).
  private mutating func checkHeadPort() {
    guard !plan.group.isHead else { return }
    if case .absent = plan.group.value(of: .port) { return }
    faults.append(plan.group.fault(of: .port, expected: .nothing))
  }

  /// The node address reads its variable in the pod, so one of that name that says something else must go.
  private mutating func checkVariable() {
    guard plan.address.added != nil, let variable = plan.group.container.variable(NodeAddress.variable),
      variable.fieldPath != NodeAddress.fieldPath
    else { return }
    let place = GroupPlace(plan.group.container.path(of: variable), in: plan.group)
    faults.append(.value(StatedValue(place: place, text: variable.value, expected: .podAddress)))
  }
}

extension GroupPlan {
  /// The first component on a port that `ray start` guards.
  fileprivate func firstGuarded(_ port: Port) -> PlannedPort? {
    let isFound = { (planned: PlannedPort) in planned.port == port && planned.component.isGuarded }
    return ports.first(where: isFound) ?? reserved.first(where: isFound)
  }
}
