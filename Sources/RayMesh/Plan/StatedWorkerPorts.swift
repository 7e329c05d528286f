/// What is said about a group's worker ports, read but not yet completed.
enum StatedWorkerPorts {
  /// Raymesh chooses the range, the same for all groups.
  case open
  /// The first port, by the user; Raymesh adds the last.
  case minimum(Port)
  /// The last port, by the user; Raymesh adds the first.
  case maximum(Port)
  /// Both ends, each of which may be Raymesh's from earlier on.
  case range(ClosedRange<Port>, added: ParameterSet)
  /// The user's list.
  case list(PortRanges)
  /// Nobody has bounded them on both sides, so Ray takes these, with its own bounds: far too many to list.
  case unlisted(ClosedRange<Port>)

  /// - Throws: `PlanFault` where a value is no port or the range is empty.
  init(of group: RayGroup, _ stance: GroupStance) throws(PlanFault) {
    let list = try StatedWorkerPorts.list(of: group)
    var minimum = try End(.minWorkerPort, of: group, own: stance.own)
    var maximum = try End(.maxWorkerPort, of: group, own: stance.own)
    let isMoved = list == nil && StatedWorkerPorts.giveWay(&minimum, &maximum)
    let isCompleted = list == nil && (stance.isComplete || isMoved)
    try StatedWorkerPorts.check(minimum?.port, maximum?.port, in: group, isCompleted: isCompleted)
    if let list { self = .list(list) } else { self.init(minimum, maximum, isCompleted: isCompleted) }
  }

  /// An end that is Raymesh's goes where the user's new other end leaves no range between them.
  private static func giveWay(_ minimum: inout End?, _ maximum: inout End?) -> Bool {
    guard let lower = minimum, let upper = maximum, lower.port >= upper.port, lower.isOwn != upper.isOwn else {
      return false
    }
    if lower.isOwn { minimum = nil } else { maximum = nil }
    return true
  }

  private init(_ minimum: End?, _ maximum: End?, isCompleted: Bool) {
    switch (minimum, maximum) {
    case (let minimum?, let maximum?) where minimum.isOwn && maximum.isOwn: self = .open
    case (let minimum?, let maximum?):
      let added: ParameterSet = minimum.isOwn ? [.minWorkerPort] : maximum.isOwn ? [.maxWorkerPort] : []
      self = .range(minimum.port...max(minimum.port, maximum.port), added: added)
    case (let minimum?, nil) where isCompleted: self = .minimum(minimum.port)
    case (nil, let maximum?) where isCompleted: self = .maximum(maximum.port)
    // Without a first port Ray begins at 10002 by itself.
    case (nil, let maximum?): self = .range(WorkerPorts.firstPort...maximum.port, added: [])
    case (nil, nil) where isCompleted: self = .open
    case (let minimum, nil): self = .unlisted((minimum?.port ?? WorkerPorts.firstPort)...WorkerPorts.lastPort)
    }
  }

  /// One end of the range, and whose it is.
  private struct End {
    let port: Port
    let isOwn: Bool

    init?(_ parameter: RayParameter, of group: RayGroup, own: StringMap?) throws(PlanFault) {
      guard let text = own?[parameter] ?? group.parameter(parameter) else { return nil }
      port = try Port.read(text, .port(from: .firstUnprivileged), at: group.place(of: parameter))
      isOwn = own?[parameter] != nil
    }
  }

  /// The ports, completed: the missing end from the one that is there, nothing at all from the shared range.
  func completed(need: Int, shared: ClosedRange<Port>) -> WorkerPorts {
    switch self {
    case .open: WorkerPorts(ports: .range(shared), added: WorkerPorts.ends)
    case .minimum(let minimum):
      WorkerPorts(ports: .range(minimum...minimum.advanced(by: need - 1)), added: [.maxWorkerPort])
    case .maximum(let maximum): WorkerPorts(ports: .range(WorkerPorts.firstPort...maximum), added: [.minWorkerPort])
    case .range(let range, let added): WorkerPorts(ports: .range(range), added: added)
    case .list(let list): WorkerPorts(ports: .list(list))
    case .unlisted(let range): WorkerPorts(ports: .list(.none), unlisted: range)
    }
  }

  /// `ray start` refuses a maximum that is not above the minimum, beside a list too (`RayParams._check_usage`).
  ///
  /// - Parameter isCompleted: whether Raymesh adds the end that is missing; else Ray has its own.
  private static func check(
    _ minimum: Port?, _ maximum: Port?, in group: RayGroup, isCompleted: Bool
  ) throws(PlanFault) {
    let lower = minimum ?? WorkerPorts.firstPort
    let upper = maximum ?? (isCompleted ? Port.known(.max) : WorkerPorts.lastPort)
    guard upper > lower else {
      throw .emptyWorkerRange(
        group.place(of: .minWorkerPort), lower, group.place(of: .maxWorkerPort), maximum)
    }
  }

  /// No spaces: the shell that runs `ray start` would make two words of them. And no port twice, as `ray start` then
  /// finds it taken.
  private static func list(of group: RayGroup) throws(PlanFault) -> PortRanges? {
    guard let text = group.parameter(.workerPortList) else { return nil }
    let place = group.place(of: .workerPortList)
    var ports = PortSet()
    // Among more parts than there are ports one is a fault, so no more are kept: a part takes many times its bytes.
    let most = Int(UInt16.max) + 1
    for part in text.utf8.split(separator: UInt8(ascii: ","), maxSplits: most, omittingEmptySubsequences: false) {
      let port = try Port.read(String(Substring(part)), .port(from: .firstUnprivileged), at: place)
      guard ports.insert(port) else {
        throw .value(StatedValue(place: place, text: text, expected: .eachOnce))
      }
    }
    return ports.runs
  }
}
