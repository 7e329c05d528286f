internal import RayPlan

/// The worker processes' claims on ports.
struct WorkerClaims {
  private let plan: PortPlan
  private let own: OwnParameters?
  private let need: WorkerNeed?
  /// Whether Raymesh has chosen the range now, and not kept one that pods run with.
  private let isChosenNow: Bool
  /// Who has a port of the range that Raymesh would have taken first.
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

  /// One for a range, one for each stretch of a list, none where nobody has bounded them.
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

  /// The ends of the range that are Raymesh's, now or from earlier on.
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
