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
  /// Ray takes any free port on the node, or only the pod knows which ports it takes.
  case unknown

  /// - Throws: `PlanFault` if a value is no port or the range is empty.
  init(of group: RayGroup, _ mode: GroupMode) throws(PlanFault) {
    let list = try StatedWorkerPorts.list(of: group)
    var minimum = try End(.minWorkerPort, of: group, own: mode.own)
    var maximum = try End(.maxWorkerPort, of: group, own: mode.own)
    guard !minimum.isOpen, !maximum.isOpen else {
      self = StatedWorkerPorts.ports(list, minimum, maximum)
      return
    }
    let isMoved = list == .none && StatedWorkerPorts.giveWay(&minimum, &maximum)
    let isCompleted = list == .none && (mode.isComplete || isMoved) && !minimum.isLeftOut && !maximum.isLeftOut
    try StatedWorkerPorts.check(minimum.port, maximum.port, in: group, isCompleted: isCompleted)
    switch list {
    case .known(let ports): self = .list(ports)
    case .unknown: self = .unknown
    case .none: self.init(minimum, maximum, isCompleted: isCompleted)
    }
  }

  /// The ports if an end is 0 or only the pod knows it. `ray start` takes a range from 0 on to have all ports below
  /// its other end.
  private static func ports(_ list: List, _ minimum: End, _ maximum: End) -> StatedWorkerPorts {
    if case .known(let ports) = list { return .list(ports) }
    guard list == .none, minimum.isRandom, !maximum.isOpen else { return .unknown }
    return .unlisted(.first...(maximum.port ?? WorkerPorts.lastPort))
  }

  /// An end that is Raymesh's goes if the user's new other end leaves no range between them.
  private static func giveWay(_ minimum: inout End, _ maximum: inout End) -> Bool {
    guard let lower = minimum.port, let upper = maximum.port, lower >= upper, minimum.isOwn != maximum.isOwn else {
      return false
    }
    if minimum.isOwn { minimum = End() } else { maximum = End() }
    return true
  }

  private init(_ minimum: End, _ maximum: End, isCompleted: Bool) {
    switch (minimum.port, maximum.port) {
    case (_?, _?) where minimum.isOwn && maximum.isOwn: self = .open
    case (let lower?, let upper?):
      let added: ParameterSet = minimum.isOwn ? [.minWorkerPort] : maximum.isOwn ? [.maxWorkerPort] : []
      self = .range(lower...max(lower, upper), added: added)
    case (let lower?, nil) where isCompleted: self = .minimum(lower)
    case (nil, let upper?) where isCompleted: self = .maximum(upper)
    // Without a first port Ray begins at 10002 by itself.
    case (nil, let upper?): self = .range(WorkerPorts.firstPort...upper, added: [])
    case (nil, nil) where isCompleted: self = .open
    case (let lower, nil): self = .unlisted((lower ?? WorkerPorts.firstPort)...WorkerPorts.lastPort)
    }
  }

  /// One end of the range, and whose it is.
  private struct End {
    var port: Port?
    var isOwn = false
    /// Whether it is 0, so that Ray has no such bound.
    var isRandom = false
    /// Whether it is `false`, so that Ray has its own bound.
    var isLeftOut = false
    /// Whether nobody knows the port: it is 0, or only the pod knows it.
    var isOpen = false

    /// No end that anybody states.
    init() {}

    init(_ parameter: RayParameter, of group: RayGroup, own: StringMap?) throws(PlanFault) {
      if let own = own?[parameter].flatMap({ Port($0) }) {
        (port, isOwn) = (own, true)
        return
      }
      switch try group.statedPort(by: parameter, from: .firstUnprivileged) {
      case .port(let stated): port = stated
      case .none: isLeftOut = group.parameter(parameter) != nil
      case .random: (isRandom, isOpen) = (true, true)
      case .unknown: isOpen = true
      }
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
    case .unknown: .none
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

  /// The user's list.
  private enum List: Equatable {
    case none
    case known(PortRanges)
    case unknown
  }

  /// No port twice, as `ray start` then finds it taken.
  private static func list(of group: RayGroup) throws(PlanFault) -> List {
    let text: String
    switch group.value(of: .workerPortList) {
    case .absent: return .none
    case .unknown: return .unknown
    case .split: throw group.fault(of: .workerPortList, expected: .oneWord)
    case .word(let word): text = word
    }
    let bytes = text.utf8Span.span
    var (ports, begin) = (PortSet(), 0)
    // As there are 65,535 ports, this ends however long the text is.
    while true {
      let (port, length) = StatedWorkerPorts.firstPort(of: bytes.extracting(begin...))
      guard let port else {
        let part = String(decoding: text.utf8.dropFirst(begin).prefix(length), as: UTF8.self)
        throw .value(
          StatedValue(
            place: group.place(of: .workerPortList), text: part, expected: .port(from: .firstUnprivileged)))
      }
      guard ports.insert(port) else { throw group.fault(of: .workerPortList, evaluated: text, expected: .eachOnce) }
      begin += length + 1
      guard begin <= bytes.count else { return .known(ports.runs) }
    }
  }

  /// The first port of a list, and how many bytes stand for it.
  private static func firstPort(of list: Span<UInt8>) -> (port: Port?, length: Int) {
    // Nearly all are plain digits, and to make a text of each is dear.
    var length = list.leadingDigits
    if length == list.count || list[length] == UInt8(ascii: ","),
      let port = Int(digits: list.extracting(..<length)).flatMap({ Port($0) }), port >= .firstUnprivileged
    {
      return (port, length)
    }
    while length < list.count, list[length] != UInt8(ascii: ",") { length += 1 }
    let text = String(decoding: (0..<length).map { list[$0] }, as: UTF8.self)
    guard case .port(let port) = StatedPort(text, from: .firstUnprivileged) else { return (nil, length) }
    return (port, length)
  }
}
