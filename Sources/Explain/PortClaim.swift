package import JSON
package import RayPlan

/// One use of a port: the groups that use it, who chose the number, and why.
package struct PortClaim: Hashable, Sendable {
  /// What listens on the port.
  package let use: PortUse
  /// The port, or the whole range of this use.
  package let ports: ClosedRange<Port>
  /// The transport protocol.
  package let transport: ContainerPort.TransportProtocol
  /// Who chose the number.
  package let author: Author
  /// Why this number.
  package let reason: PortReason
  /// The groups, as indices into the explanation's groups.
  package private(set) var groups: [Int] = []
  /// The place in each group where the number is set, or would be.
  package private(set) var places: [JSONPointer] = []

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
package enum PortUse: Hashable, Sendable {
  /// A part of Ray.
  case component(RayComponent)
  /// Ray's worker processes.
  case workers
  /// A container port of the user in the Ray container, with its name.
  case container(name: String?)

  var isComponent: Bool { if case .component = self { true } else { false } }
}

/// Why a port has its number.
package enum PortReason: Hashable, Sendable {
  /// The user has set these ray start parameters, or this environment variable.
  case stated([String])
  /// It is the default of Ray or KubeRay.
  case standard
  /// It is the default of KubeRay, which Raymesh sets explicitly.
  case writtenDown
  /// It is the number that Raymesh prefers.
  case usual
  /// The preferred number is taken, so it is the next one that is free in every group.
  case moved(PortTaker)
  /// Raymesh added it earlier, according to the record in the cluster's annotation.
  case recorded
  /// A range for the need of the largest node. It is narrower if the Service may have at most `limit` ports, and starts
  /// higher if one of its ports is taken.
  case range(WorkerNeed, limit: Int?, moved: PortTaker?)
  /// A range from the user's first port on, for the need of the largest node.
  case completedUp(WorkerNeed)
  /// A range from Ray's default first port to the user's last port.
  case completedDown
  /// The Ray container lists it.
  case containerPort
}

/// The number of worker ports that the largest node needs.
package struct WorkerNeed: Hashable, Sendable {
  /// The number of ports.
  package let count: Int
  /// The CPUs that they are for.
  package let cpus: CPUCount
  /// The group with the largest nodes.
  package let group: RayGroup.Role

  /// Finds the need of the largest group whose parameters Raymesh may set; `nil` if there is none.
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

/// What already uses a port that Raymesh would have chosen.
package struct PortTaker: Hashable, Sendable {
  /// The port.
  package let port: Port
  /// What listens there; `nil` for Istio's proxy.
  package let use: PortUse?
  /// The group whose nodes it runs on; `nil` for all of them.
  package let group: RayGroup.Role?
}

extension PortClaim {
  /// Why the port has its number, as text.
  package var why: String {
    switch reason {
    case .stated([use.word]): "set in rayStartParams"
    case .stated(let settings): "set by \(settings.joined(separator: " and "))"
    case .standard: "\(author == .kubeRay ? "KubeRay" : "Ray")'s default"
    case .writtenDown: "KubeRay's default"
    case .usual: "the usual number"
    case .moved(let taker): "moved, because \(taker.words)"
    case .recorded: "added earlier, according to raymesh.io/managed"
    case .range(let need, let limit, let taker):
      [need.words, limit.map { "limited by --maximum-ports \($0)" }, taker.map { "moved, because \($0.words)" }]
        .compactMap(\.self).joined(separator: "; ")
    case .completedUp(let need): "completed from the user's min-worker-port: \(need.words)"
    case .completedDown: "completed from the user's max-worker-port, down to Ray's first port, 10002"
    case .containerPort: "the container's own port"
    }
  }
}

extension WorkerNeed {
  /// The need and its source, as text.
  fileprivate var words: String {
    let isStated = cpus.source != .nobody
    let source = isStated ? " (\(cpus.source.rawValue) of \(group.label))" : ", because \(group.label) states none"
    let sum = count < 65535 ? "max(50, 4 * \(cpus.count) + 20) = \(count)" : "all ports"
    return "\(sum) for \(cpus.count) \(cpus.count == 1 ? "CPU" : "CPUs")\(source)"
  }
}

extension PortTaker {
  /// What uses the port, as text.
  fileprivate var words: String {
    let node = group.map { " of \($0.label)" } ?? ""
    return switch use {
    case .component(let component): "\(port) is \(component.servicePortName)\(node)"
    case .workers: "\(port) is a worker port\(node)"
    case .container(let name?): "\(port) is container port \(name)\(node)"
    case .container(nil): "\(port) is a container port\(node)"
    case nil: "\(port) is used by Istio's proxy"
    }
  }
}

extension PortUse {
  /// The use as a word for programs. A component of Ray has the plain name of its Service port.
  var word: String {
    switch self {
    case .component(let component): component.servicePortName
    case .workers: "worker processes"
    case .container: "container"
    }
  }
}

extension PortReason {
  /// The reason as a word for programs.
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

  /// The need that decides the range.
  var need: WorkerNeed? {
    switch self {
    case .range(let need, _, _), .completedUp(let need): need
    default: nil
    }
  }

  /// What uses the preferred number.
  var taker: PortTaker? {
    switch self {
    case .moved(let taker), .range(_, _, let taker?): taker
    default: nil
    }
  }
}
