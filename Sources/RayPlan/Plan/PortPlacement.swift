/// The numbers that Raymesh chooses: one for each component that has none of its own, and the worker range; the same in
/// every group, and free in every group.
struct PortPlacement {
  /// How many worker ports a node needs, by the largest group.
  let need: Int
  /// The worker range.
  private(set) var workers: ClosedRange<Port>
  private var numbers: [Port?]
  /// What users and Ray have taken, in any group.
  private var taken: PortSet

  /// - Parameter own: the numbers that a running cluster has from Raymesh already; they stay if they can.
  init(beside drafts: [GroupDraft], keeping own: OwnParameters?, options: PlanOptions) {
    numbers = Array(repeating: nil, count: RayComponent.allCases.count)
    taken = PortSet.mesh
    workers = WorkerPorts.firstPort...WorkerPorts.firstPort
    var (open, cpus): (ComponentSet, Int) = ([], 0)
    // By place, as a draft that is copied counts many references.
    for place in drafts.indices {
      drafts[place].insertTakenPorts(into: &taken)
      open.formUnion(drafts[place].open)
      if drafts[place].mode.isSettable { cpus = max(cpus, drafts[place].cpus) }
    }
    need = WorkerPorts.need(cpus: cpus)
    var around = taken
    for place in drafts.indices { around.insert(drafts[place].statedWorkerPorts(need: need)) }
    place(open, keeping: own, around: &around, beside: drafts)
    workers = freeRange(keeping: own, beside: drafts, options)
  }

  /// The number of a component that Raymesh places.
  func port(of component: RayComponent) -> Port { numbers[component.rawValue] ?? component.usualPort }

  /// First those that can have the number that they want, so that one which moves takes none of theirs.
  private mutating func place(
    _ open: ComponentSet, keeping own: OwnParameters?, around: inout PortSet, beside drafts: [GroupDraft]
  ) {
    var homeless: [(RayComponent, Port)] = []
    for component in open {
      let wanted = component.startParameter.flatMap { own?.value(of: $0) }.flatMap { Port($0) } ?? component.usualPort
      if around.insert(wanted) || drafts.agree(on: component, at: wanted, need: need) {
        settle(component, at: wanted)
      } else {
        homeless.append((component, wanted))
      }
    }
    for (component, wanted) in homeless {
      guard let free = around.firstFree(from: wanted) else { continue }
      around.insert(free)
      settle(component, at: free)
    }
  }

  private mutating func settle(_ component: RayComponent, at port: Port) {
    numbers[component.rawValue] = port
    taken.insert(port)
  }

  /// The range that is wanted, or as a whole further up, or if none is as wide, the widest that is free. Never so
  /// wide that the Service outgrows its limit; ports that it lists anyway cost nothing.
  private func freeRange(keeping own: OwnParameters?, beside drafts: [GroupDraft], _ options: PlanOptions)
    -> ClosedRange<Port>
  {
    if let range = own?.workerRange { return taken.firstFree(range: range) ?? taken.widestFree ?? range }
    let usual = WorkerPorts.firstPort...WorkerPorts.firstPort.advanced(by: need - 1)
    let bound = drafts.indices.reduce(need) { $0 + drafts[$1].statedPortCount(need: need) }
    guard bound > options.maximumPorts else { return taken.firstFree(range: usual) ?? taken.widestFree ?? usual }
    var stated = PortSet()
    for draft in drafts { draft.insertListedPorts(into: &stated, self) }
    let room = max(0, options.maximumPorts - stated.count)
    // No range has fewer than two ports (`RayParams._check_usage`).
    return taken.widestFree(from: usual.lowerBound, most: need, listed: stated, room: room)
      ?? taken.widestFree(from: usual.lowerBound, most: need, listed: stated, room: 2) ?? usual
  }
}

extension [GroupDraft] {
  /// Whether a number is taken by one component alone, which then may have it in every group: a user who sets the very
  /// number that Raymesh would add moves nothing.
  fileprivate func agree(on component: RayComponent, at port: Port, need: Int) -> Bool {
    var isTaken = false
    for place in indices {
      var isOwn = false
      for planned in self[place].settled where planned.port == port {
        guard planned.component == component else { return false }
        isOwn = true
      }
      guard isOwn || !self[place].claims(port, need: need) else { return false }
      isTaken = isTaken || isOwn
    }
    return isTaken
  }
}

extension GroupDraft {
  fileprivate func claims(_ port: Port, need: Int) -> Bool {
    reserved.contains { $0.port == port } || statedWorkerPorts(need: need).contains(port)
      || group.container.ports.contains { $0.transport == .tcp && $0.port == port }
      || group.neighbourPorts.contains { $0.port == port }
  }

  /// Every port of the group's nodes that Raymesh's own must keep off, worker ports aside.
  fileprivate func insertTakenPorts(into set: inout PortSet) {
    set.insert(settled)
    set.insert(reserved)
    for port in group.container.ports where port.transport == .tcp { set.insert(port.port) }
    // Pods that run have come to terms with their sidecars.
    if mode.isComplete { for port in group.neighbourPorts { set.insert(port.port) } }
  }

  /// Every port that the group brings to the Service beside Raymesh's own worker range.
  fileprivate func insertListedPorts(into set: inout PortSet, _ placement: PortPlacement) {
    set.insert(settled)
    for component in open { set.insert(placement.port(of: component)) }
    for port in group.container.ports { set.insert(port.port) }
    set.insert(statedWorkerPorts(need: placement.need))
  }

  /// At most how many those are.
  fileprivate func statedPortCount(need: Int) -> Int {
    settled.count + open.count + group.container.ports.count + statedWorkerPorts(need: need).count
  }

  /// The worker ports that the group has by itself.
  fileprivate func statedWorkerPorts(need: Int) -> WorkerPorts {
    if case .open = workerPorts { return .none }
    return workerPorts.completed(need: need, shared: WorkerPorts.firstPort...WorkerPorts.firstPort)
  }
}
