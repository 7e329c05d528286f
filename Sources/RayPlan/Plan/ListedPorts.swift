/// Which ports of a plan its Service lists, and which it leaves out: decided here once, for the Service, the
/// explanation and the warnings alike.
///
/// Every sidecar holds every port of every Service that it sees, so users cannot make a Service grow without end.
/// Beside one port for each of Ray's components, a Service lists at most `--maximum-ports`.
public struct ListedPorts: Hashable, Sendable {
  /// The components' ports, each number once: the first group that has it says what it is.
  public let components: [PlannedPort]
  /// The worker ports, none of them a component's: sorted, and never spelled out one by one.
  public let workers: [ClosedRange<Port>]
  /// The ports of the Ray containers that are neither, each number and transport once, in the order of the groups.
  public let containers: [ContainerPort]
  /// Worker ports that `--maximum-ports` leaves out.
  let beyondLimit: PortRanges
  /// Worker ports that are left out as Istio's proxy has them in every pod.
  let ofProxy: PortRanges
  /// Ports of components and containers that `--maximum-ports` leaves out.
  let othersBeyondLimit: PortRanges

  /// How many ports the Service lists.
  public var count: Int { components.count + containers.count + workers.reduce(0) { $0 + $1.portCount } }

  /// How many of them TCP carries.
  var tcpCount: Int { count - containers.count { $0.transport != .tcp } }

  init(of plan: PortPlan) {
    var choice = PortChoice(limit: plan.options.maximumPorts)
    for group in plan.groups { for planned in group.ports { choice.take(planned) } }
    for group in plan.groups { for port in group.group.container.ports { choice.take(port) } }
    choice.take(plan.groups.map(\.workerPorts))
    components = choice.components
    workers = choice.listedWorkers.runs.ranges
    containers = choice.containers.filter { $0.transport != .tcp || !choice.listedWorkers.contains($0.port) }
    (beyondLimit, ofProxy) = choice.leftOut
    othersBeyondLimit = choice.othersLeftOut.runs
  }
}

/// Ports as they are chosen: components first, then what containers list, then worker ports as far as there is room.
private struct PortChoice {
  private(set) var components: [PlannedPort] = []
  private(set) var containers: [ContainerPort] = []
  private(set) var listedWorkers = PortSet()
  private(set) var othersLeftOut = PortSet()
  private var wantedWorkers = PortSet()
  private var ofComponents = PortSet()
  private var ofContainers = PortSet()
  private var otherTransports: Set<ContainerPort.Place> = []
  /// How many more ports there may be, and how many components beside them.
  private var room: Int
  private var roomForComponents = RayComponent.allCases.count

  init(limit: Int) { room = limit }

  mutating func take(_ planned: PlannedPort) {
    guard !ofComponents.contains(planned.port) else { return }
    if roomForComponents > 0 {
      roomForComponents -= 1
    } else if room > 0 {
      room -= 1
    } else {
      othersLeftOut.insert(planned.port)
      return
    }
    ofComponents.insert(planned.port)
    components.append(planned)
  }

  mutating func take(_ port: ContainerPort) {
    guard isNew(port) else { return }
    guard room > 0 else {
      othersLeftOut.insert(port.port)
      return
    }
    if port.transport == .tcp { ofContainers.insert(port.port) } else { otherTransports.insert(port.place) }
    containers.append(port)
    room -= 1
  }

  private func isNew(_ port: ContainerPort) -> Bool {
    guard port.transport == .tcp else { return !otherTransports.contains(port.place) }
    return !ofComponents.contains(port.port) && !ofContainers.contains(port.port)
  }

  /// Narrow ranges are listed whole; the room that they leave the wide ones share, each from its first port on.
  mutating func take(_ workers: [WorkerPorts]) {
    let distinct = workers.distinct
    wantedWorkers.insert(distinct)
    var closed = PortSet.mesh
    closed.insert(ofComponents)
    // What a container lists already costs nothing.
    listedWorkers = wantedWorkers
    listedWorkers.keep(ofContainers)
    listedWorkers.subtract(closed)
    for (index, ports) in distinct.enumerated() {
      var share = room / (distinct.count - index)
      for range in ports.ranges where share > 0 {
        let count = listedWorkers.insert(range, most: share, but: closed)
        share -= count
        room -= count
      }
    }
  }

  /// The worker ports that are not listed: those beyond the limit, and the proxy's.
  var leftOut: (beyondLimit: PortRanges, ofProxy: PortRanges) {
    var all = wantedWorkers
    all.subtract(listedWorkers)
    all.subtract(ofComponents)
    var beyondLimit = all
    beyondLimit.subtract(.mesh)
    all.subtract(beyondLimit)
    return (beyondLimit.runs, all.runs)
  }
}

extension [WorkerPorts] {
  /// Each once, the narrowest first.
  fileprivate var distinct: [WorkerPorts] {
    let sorted = filter { $0.count > 0 }.sorted { one, other in
      one.count == other.count ? (one.lowest ?? .first) < (other.lowest ?? .first) : one.count < other.count
    }
    return sorted.reduce(into: []) { distinct, ports in
      if distinct.last?.ports != ports.ports { distinct.append(ports) }
    }
  }
}

extension PortSet {
  /// Puts every port of many groups' workers in; ranges are joined first, as many may be wide.
  fileprivate mutating func insert(_ workers: [WorkerPorts]) {
    var ranges: [ClosedRange<Port>] = []
    for ports in workers {
      switch ports.ports {
      case .range(let range): ranges.append(range)
      case .list: insert(ports)
      }
    }
    for range in PortRanges(joining: ranges).ranges { insert(range) }
  }
}
