public import JSON
public import RayPlan

/// One use of a port, by the groups that use it so: whose choice the number is, and why it is that one.
public struct PortClaim: Hashable, Sendable {
  /// What listens there.
  public let use: PortUse
  /// All the ports of this use: the one, or the whole range.
  public let ports: ClosedRange<Port>
  /// What carries it.
  public let transport: ContainerPort.TransportProtocol
  /// Who chose the number.
  public let author: Author
  /// Why this number.
  public let reason: PortReason
  /// The groups, by their place in the explanation's.
  public private(set) var groups: [Int] = []
  /// Where the number is set in each of them, or would be.
  public private(set) var places: [JSONPointer] = []

  init(
    _ use: PortUse, on ports: ClosedRange<Port>, _ transport: ContainerPort.TransportProtocol = .tcp, by author: Author,
    _ reason: PortReason
  ) {
    self.use = use
    self.ports = ports
    self.transport = transport
    self.author = author
    self.reason = reason
  }

  mutating func add(group: Int, at place: JSONPointer) {
    groups.append(group)
    places.append(place)
  }
}

/// What listens on a port.
public enum PortUse: Hashable, Sendable {
  /// A part of Ray.
  case component(RayComponent)
  /// Ray's worker processes.
  case workers
  /// Something of the user's own in the Ray container, by the port's name.
  case container(name: String?)

  var isComponent: Bool { if case .component = self { true } else { false } }
}

/// Why a port has its number.
public enum PortReason: Hashable, Sendable {
  /// The user has set these ray start parameters, or this environment variable.
  case stated([String])
  /// Nobody sets it, and it is what Ray or KubeRay takes then.
  case standard
  /// It is what KubeRay takes where nobody sets it, which Raymesh writes down.
  case writtenDown
  /// The number that Raymesh gives it wherever that is free.
  case usual
  /// Another than that, as that is taken: the next one that is free in every group.
  case moved(PortTaker)
  /// It was there before, and the record in the cluster's annotation calls it Raymesh's.
  case recorded
  /// A range by the need of the largest node; narrower where the Service may list no more ports than `limit`, and
  /// further up where a port of it is taken.
  case range(WorkerNeed, limit: Int?, moved: PortTaker?)
  /// A range from the user's first port on, by the need of the largest node.
  case completedUp(WorkerNeed)
  /// A range up to the user's last port, from Ray's own first.
  case completedDown
  /// The Ray container lists it.
  case containerPort
}

/// How many worker ports a node needs, and which group's nodes need most.
public struct WorkerNeed: Hashable, Sendable {
  /// How many ports.
  public let count: Int
  /// The CPUs that they are for.
  public let cpus: CPUCount
  /// The group whose nodes have that many.
  public let group: RayGroup.Role

  /// The need of the largest group whose parameters Raymesh may set, `nil` where there is none.
  init?(of plan: PortPlan) {
    var largest: (cpus: CPUCount, group: RayGroup.Role)?
    for group in plan.groups where group.mode.isSettable {
      guard let cpus = try? group.group.cpuCount() else { continue }
      if largest.map({ cpus.count > $0.cpus.count }) ?? true { largest = (cpus, group.group.role) }
    }
    guard let largest else { return nil }
    (cpus, group) = largest
    count = plan.need
  }
}

/// Who has a port that Raymesh would have chosen otherwise.
public struct PortTaker: Hashable, Sendable {
  /// The port.
  public let port: Port
  /// What listens there; `nil` where that is Istio's proxy, in every pod.
  public let use: PortUse?
  /// On the nodes of which group; `nil` for all of them.
  public let group: RayGroup.Role?
}

extension PortClaim {
  /// Why the port has its number, in few words.
  public var why: String {
    switch reason {
    case .stated([use.word]): "set in rayStartParams"
    case .stated(let settings): "set by \(settings.joined(separator: " and "))"
    case .standard: "\(author == .kubeRay ? "KubeRay" : "Ray")'s default"
    case .writtenDown: "KubeRay's default"
    case .usual: "the usual number"
    case .moved(let taker): "moved, as \(taker.words)"
    case .recorded: "added before, says raymesh.io/managed"
    case .range(let need, let limit, let taker):
      [need.words, limit.map { "cut short by --maximum-ports \($0)" }, taker.map { "moved, as \($0.words)" }]
        .compactMap(\.self).joined(separator: "; ")
    case .completedUp(let need): "completed from the user's min-worker-port: \(need.words)"
    case .completedDown: "completed from the user's max-worker-port, down to Ray's own 10002"
    case .containerPort: "the container's own port"
    }
  }
}

extension WorkerNeed {
  /// The need, and where it comes from.
  fileprivate var words: String {
    let isStated = cpus.source != .nobody
    let source = isStated ? " (\(cpus.source.rawValue) of \(group.label))" : ", as \(group.label) states none"
    let sum = count < 65535 ? "max(50, 4 * \(cpus.count) + 20) = \(count)" : "all there are"
    return "\(sum) for \(cpus.count) \(cpus.count == 1 ? "CPU" : "CPUs")\(source)"
  }
}

extension PortTaker {
  /// Who has the port.
  fileprivate var words: String {
    let node = group.map { " of \($0.label)" } ?? ""
    return switch use {
    case .component(let component): "\(port) is \(component.servicePortName)\(node)"
    case .workers: "\(port) is a worker port\(node)"
    case .container(let name?): "\(port) is container port \(name)\(node)"
    case .container(nil): "\(port) is a container port\(node)"
    case nil: "\(port) is Istio's proxy's"
    }
  }
}

extension PortUse {
  /// The use in a word that programs can go by: a part of Ray by its Service port's plain name.
  var word: String {
    switch self {
    case .component(let component): component.servicePortName
    case .workers: "worker processes"
    case .container: "container"
    }
  }
}

extension PortReason {
  /// The reason in a word that programs can go by.
  var word: String {
    switch self {
    case .stated: "stated"
    case .standard, .writtenDown: "default"
    case .usual: "usual"
    case .moved: "moved"
    case .recorded: "recorded"
    case .range: "need"
    case .completedUp, .completedDown: "completed"
    case .containerPort: "container port"
    }
  }

  /// The need that a range goes by.
  var need: WorkerNeed? {
    switch self {
    case .range(let need, _, _), .completedUp(let need): need
    default: nil
    }
  }

  /// Who is in the way of another number.
  var taker: PortTaker? {
    switch self {
    case .moved(let taker), .range(_, _, let taker?): taker
    default: nil
    }
  }
}
