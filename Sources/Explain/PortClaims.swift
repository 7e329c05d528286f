internal import JSON
internal import RayPlan

/// Collects every use of a port by the groups of a plan.
struct PortClaims {
  /// The claims, the components' first, then the worker processes', then the containers' own.
  private(set) var all: [PortClaim] = []
  private var places: [PortClaim: Int] = [:]
  private let plan: PortPlan
  private let own: OwnParameters?

  /// - Parameter own: the parameters that Raymesh set earlier.
  init(of plan: PortPlan, earlier own: OwnParameters?) {
    self.plan = plan
    self.own = own
    for (index, group) in plan.groups.enumerated() {
      for planned in group.ports { add(claim(planned, of: group), group: index, at: group.claim(planned).pointer) }
    }
    let workers = WorkerClaims(of: plan, earlier: own)
    for (index, group) in plan.groups.enumerated() {
      for claim in workers.claims(of: group) { add(claim, group: index, at: group.workerPlace.pointer) }
    }
    for (index, group) in plan.groups.enumerated() { addContainerPorts(of: group, index) }
  }

  private mutating func add(_ claim: PortClaim, group: Int, at place: JSONPointer) {
    let index = places[claim] ?? all.count
    if index == all.count {
      places[claim] = index
      all.append(claim)
    }
    all[index].add(group: group, at: place)
  }

  /// Adds the container ports of a group. Those that Ray also listens on count as Ray's.
  private mutating func addContainerPorts(of group: GroupPlan, _ index: Int) {
    let container = group.group.container
    for (position, port) in container.ports.enumerated() {
      let isRays = group.workerPorts.contains(port.port) || group.ports.contains { $0.port == port.port }
      if port.transport == .tcp, isRays { continue }
      add(
        PortClaim(
          .container(name: port.name), on: port.port...port.port, port.transport, by: .user, .containerPort),
        group: index, at: container.pointer.appending(path: "/ports").appending(position))
    }
  }

  private func claim(_ planned: PlannedPort, of group: GroupPlan) -> PortClaim {
    let component = planned.component
    let range = planned.port...planned.port
    switch planned.origin {
    case .usual:
      return PortClaim(.component(component), on: range, by: component.defaultAuthor, .standard)
    case .stated where own?.kept(in: group.group)?[component.parameter] == nil:
      return PortClaim(.component(component), on: range, by: .user, .stated([component.parameter]))
    case .stated, .added:
      return PortClaim(.component(component), on: range, by: .raymesh, reason(for: component, on: planned.port))
    }
  }

  /// Returns why Raymesh chose a number.
  private func reason(for component: RayComponent, on port: Port) -> PortReason {
    if port == component.usualPort { return component.hasDefault ? .writtenDown : .usual }
    return PortTaker(of: component.usualPort, in: plan, but: component).map { .moved($0) } ?? .recorded
  }
}

extension RayComponent {
  /// The author of its default number.
  fileprivate var defaultAuthor: Author {
    switch defaultSource {
    case .kubeRay: .kubeRay
    case .ray, nil: .ray
    }
  }
}

extension PortTaker {
  /// Finds what uses a port in any group, except for one component.
  init?(of port: Port, in plan: PortPlan, but component: RayComponent? = nil) {
    for group in plan.groups {
      let components = group.ports + group.reserved
      if let other = components.first(where: { $0.port == port && $0.component != component }) {
        self.init(port: port, use: .component(other.component), group: group.group.role)
        return
      }
      let containers = group.group.container.ports + group.group.neighbourPorts
      if let other = containers.first(where: { $0.port == port && $0.transport == .tcp }) {
        self.init(port: port, use: .container(name: other.name), group: group.group.role)
        return
      }
      if component != nil, group.workerPorts.contains(port) {
        self.init(port: port, use: .workers, group: group.group.role)
        return
      }
    }
    guard PortSet.meshRange.contains(port) else { return nil }
    self.init(port: port, use: nil, group: nil)
  }
}

/// Finds the claims of worker processes on ports.
struct WorkerClaims {
  private let plan: PortPlan
  private let own: OwnParameters?
  private let need: WorkerNeed?
  /// Whether Raymesh chose the range now, and did not keep the range of running pods.
  private let isChosenNow: Bool
  /// What uses a port of the range that Raymesh prefers.
  private let taker: PortTaker?

  init(of plan: PortPlan, earlier own: OwnParameters?) {
    self.plan = plan
    self.own = own
    need = WorkerNeed(of: plan)
    isChosenNow = plan.groups.allSatisfy { $0.mode.own == nil }
    let ranges = plan.groups.compactMap(\.workerPorts.range)
    let moved = ranges.first { $0.lowerBound != WorkerPorts.firstPort }
    taker = moved.flatMap { range in
      let width = Int(range.upperBound.number) - Int(range.lowerBound.number)
      return (0...width).lazy.compactMap { PortTaker(of: WorkerPorts.firstPort.advanced(by: $0), in: plan) }.first
    }
  }

  /// Returns one claim for a range, or one for each range of a list; none if no range is set.
  func claims(of group: GroupPlan) -> [PortClaim] {
    switch group.workerPorts.ports {
    case .list(let list):
      return list.ranges.map {
        PortClaim(.workers, on: $0, by: .user, .stated([RayParameter.workerPortList.name]))
      }
    case .range(let range):
      let own = ownParameters(of: group)
      return [PortClaim(.workers, on: range, by: author(own), reason(for: range, own, of: group))]
    }
  }

  private func author(_ own: ParameterSet) -> Author {
    switch own.count {
    case 0: .user
    case 1: .both
    default: .raymesh
    }
  }

  /// Returns the ends of the range that Raymesh set, now or earlier.
  private func ownParameters(of group: GroupPlan) -> ParameterSet {
    let earlier = own?.kept(in: group.group).map { ParameterSet(keysOf: $0) } ?? []
    var ends = group.workerPorts.added
    for end in WorkerPorts.ends where earlier.contains(end) { ends.insert(end) }
    return ends
  }

  private func reason(for range: ClosedRange<Port>, _ own: ParameterSet, of group: GroupPlan) -> PortReason {
    if own.isEmpty {
      let ends = [RayParameter.minWorkerPort, .maxWorkerPort].filter { group.group.parameter($0) != nil }
      return .stated(ends.map(\.name))
    }
    guard let need else { return .recorded }
    let count = group.workerPorts.count
    let isMoved = range.lowerBound != WorkerPorts.firstPort
    if own == [.minWorkerPort] { return isMoved ? .recorded : .completedDown }
    let isAdded = isChosenNow && !group.workerPorts.added.isEmpty
    if own == [.maxWorkerPort] { return isAdded || count == need.count ? .completedUp(need) : .recorded }
    guard isAdded || (count == need.count && !(isMoved && taker == nil)) else { return .recorded }
    let isCut = count < need.count && plan.portCount + need.count - count > plan.options.maximumPorts
    return .range(need, limit: isCut ? plan.options.maximumPorts : nil, moved: isMoved ? taker : nil)
  }
}

extension WorkerPorts {
  fileprivate var range: ClosedRange<Port>? { if case .range(let range) = ports { range } else { nil } }
}
