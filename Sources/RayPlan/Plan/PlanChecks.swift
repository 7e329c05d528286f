/// Finds what is wrong with the ports of one group's nodes.
struct GroupChecks {
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

  /// Ray starts with such ports, and the Service goes without them. If no others are left, no mesh can carry
  /// the workers' calls.
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

/// Finds numbers that speak one protocol on one node and another on the next. A Service port has one protocol.
struct ProtocolChecks {
  private(set) var faults: [PlanFault] = []
  private var claims = FirstByPort<Claim>()
  private let groups: [GroupPlan]
  private let workers: WorkerOwners

  /// A component's port in a group, by its place among the groups.
  private struct Claim {
    let group: Int
    let planned: PlannedPort
  }

  /// A group whose parameters nobody reads cannot be wrong about them.
  init(of all: [GroupPlan]) {
    groups = all.allSatisfy { $0.group.readsParameters } ? all : all.filter { $0.group.readsParameters }
    workers = WorkerOwners(of: groups)
    for (place, group) in groups.enumerated() {
      for planned in group.ports {
        check(Claim(group: place, planned: planned))
        checkWorkers(beside: planned, at: place)
      }
    }
  }

  /// Against the first component that took the number.
  private mutating func check(_ claim: Claim) {
    guard let first = claims.insert(claim, at: claim.planned.port) else { return }
    let (one, other) = (first.planned.component.appProtocol, claim.planned.component.appProtocol)
    guard one != other, first.group != claim.group else { return }
    faults.append(.twoProtocols(claim.planned.port, told(first), one, told(claim), other))
  }

  /// Checks against worker ports, which speak grpc, on other nodes. On the same node Ray itself would reject the port,
  /// and the checks of the group have found it.
  private mutating func checkWorkers(beside planned: PlannedPort, at place: Int) {
    let other = planned.component.appProtocol
    guard other != .grpc,
      let owner = workers.owner(of: planned.port, except: planned.component.isGuarded ? place : nil)
    else { return }
    let claim = Claim(group: place, planned: planned)
    faults.append(.twoProtocols(planned.port, groups[owner].workerClaim, .grpc, told(claim), other))
  }

  private func told(_ claim: Claim) -> PlanFault.Claim { groups[claim.group].claim(claim.planned) }
}

/// Keeps the value that each port had first.
///
/// A linear search finds one of a few, and a glance tells most ports apart. Beyond that a table of all ports finds
/// them.
private struct FirstByPort<Value> {
  private var entries: [(port: Port, value: Value)] = []
  private var seen = PortGlance()
  /// The place of a port's entry, counted from 1.
  private var places: [UInt16] = []

  private static var few: Int { 64 }

  init() { entries.reserveCapacity(2 * RayComponent.allCases.count) }

  /// Adds a value, unless the port has one already. Returns that one.
  mutating func insert(_ value: Value, at port: Port) -> Value? {
    if places.isEmpty {
      if !seen.insert(port), let first = entries.first(where: { $0.port == port }) { return first.value }
    } else if case let place = places[Int(port.number)], place > 0 {
      return entries[Int(place) - 1].value
    }
    entries.append((port, value))
    index()
    return nil
  }

  private mutating func index() {
    guard entries.count > FirstByPort.few else { return }
    let start = places.isEmpty ? 0 : entries.count - 1
    if places.isEmpty { places = Array(repeating: 0, count: 1 << 16) }
    for place in start..<entries.count {
      places[Int(entries[place].port.number)] = UInt16(truncatingIfNeeded: place + 1)
    }
  }
}

/// Tells which group has a port among its worker ports.
///
/// It asks each of a few groups. For many groups a table has the first two of each port, as more are never needed.
private struct WorkerOwners {
  private let groups: [GroupPlan]
  /// The first group of each port and the second one, by its place counted from 1.
  private var first = Table()
  private var second = Table()

  private static let few = 8

  /// Groups by port. Bits mark the ports that have one already, so that skipping a wide range costs little.
  private struct Table {
    private var owners: [UInt16] = []
    private var words: [UInt64] = []

    /// Enters a group for those of 64 ports that have none yet; returns the others.
    mutating func insert(_ owner: UInt16, at bits: UInt64, of word: Int) -> UInt64 {
      if words.isEmpty {
        owners = Array(repeating: 0, count: 1 << 16)
        words = Array(repeating: 0, count: 1 << 10)
      }
      var new = bits & ~words[word]
      let old = bits & words[word]
      words[word] |= new
      while new != 0 {
        owners[word << 6 + new.trailingZeroBitCount] = owner
        new &= new - 1
      }
      return old
    }

    /// The place of the group that has a port.
    func place(of port: Port) -> Int? {
      guard !owners.isEmpty, case let owner = owners[Int(port.number)], owner > 0 else { return nil }
      return Int(owner) - 1
    }
  }

  init(of groups: [GroupPlan]) {
    self.groups = groups
    guard groups.count > WorkerOwners.few else { return }
    var last: (ports: WorkerPorts.Ports, count: Int)?
    for (index, group) in groups.enumerated() {
      // Most groups share one range, of which the third owner and all after it are never asked for.
      let count = last?.ports == group.workerPorts.ports ? (last?.count ?? 0) + 1 : 1
      last = (group.workerPorts.ports, count)
      if count <= 2 { insert(group.workerPorts, of: UInt16(truncatingIfNeeded: index + 1)) }
    }
  }

  private mutating func insert(_ workers: WorkerPorts, of owner: UInt16) {
    workers.eachWord { word, bits in
      let old = first.insert(owner, at: bits, of: word)
      if old != 0 { _ = second.insert(owner, at: old, of: word) }
    }
  }

  /// The place of the first group that has a port among its worker ports, apart from one group.
  func owner(of port: Port, except excluded: Int?) -> Int? {
    guard groups.count > WorkerOwners.few else {
      return groups.indices.first { $0 != excluded && groups[$0].workerPorts.contains(port) }
    }
    if let place = first.place(of: port), place != excluded { return place }
    if let place = second.place(of: port), place != excluded { return place }
    return nil
  }
}
