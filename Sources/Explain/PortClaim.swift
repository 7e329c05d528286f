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
