internal import JSON

/// Every port of one group's nodes, and what Raymesh adds to make Ray use them.
public final class GroupPlan: Sendable {
  /// The group as the user wrote it.
  public let group: RayGroup
  /// What Raymesh may do to its parameters.
  public let stance: GroupStance
  /// The components' ports, in the order of `RayComponent`.
  public let ports: [PlannedPort]
  /// The ports that `ray start` takes to be in use beside those.
  let reserved: [PlannedPort]
  /// The worker processes' ports.
  public let workerPorts: WorkerPorts
  /// The address that the group's nodes are known by.
  public let address: GroupAddress
  /// The ray start parameters that are Raymesh's, in the order in which the patch adds them. Some the group may have
  /// already, from earlier on.
  public let ownParameters: [Addition]
  /// Their names.
  let ownNames: ParameterNames
  /// The ray start parameters that were Raymesh's and that this Ray refuses.
  public let removedParameters: [String]

  static let nodeAddress = "node-ip-address"

  /// A ray start parameter and its value.
  public struct Addition: Hashable, Sendable {
    /// The parameter's name.
    public let name: String
    /// Its value.
    public let value: String
  }

  init(
    group: RayGroup, stance: GroupStance, reserved: [PlannedPort], ports: [PlannedPort], workerPorts: WorkerPorts,
    address: GroupAddress, removedParameters: [String]
  ) {
    self.group = group
    self.stance = stance
    self.reserved = reserved
    self.ports = ports
    self.workerPorts = workerPorts
    self.address = address
    self.removedParameters = removedParameters
    (ownParameters, ownNames) = GroupPlan.own(ports, workerPorts, address.added)
  }

  private static func own(
    _ ports: [PlannedPort], _ workerPorts: WorkerPorts, _ nodeAddress: String?
  ) -> ([Addition], ParameterNames) {
    var own: [Addition] = []
    own.reserveCapacity(ports.count + 3)
    var names = ParameterNames()
    func append(_ planned: PlannedPort) {
      guard planned.origin == .added, case .parameter(let name) = planned.component.setting else { return }
      own.append(Addition(name: name, value: planned.port.description))
      names.insert(planned.component)
    }
    for planned in ports where planned.component != .dashboardGRPC { append(planned) }
    for port in workerPorts.added {
      own.append(Addition(name: port.parameter, value: port.port.description))
      names.insert(port.parameter == WorkerPorts.minimum ? .workerMinimum : .workerMaximum)
    }
    for planned in ports where planned.component == .dashboardGRPC { append(planned) }
    if let nodeAddress {
      own.append(Addition(name: GroupPlan.nodeAddress, value: nodeAddress))
      names.insert(.nodeAddress)
    }
    return (own, names)
  }

  /// Those of Raymesh's parameters that the group does not have yet, or has with another number.
  public var addedParameters: [Addition] { ownParameters.filter { group.parameter($0.name) != $0.value } }

  /// What the group's nodes are started with for a parameter, `nil` where it is not set.
  func value(of parameter: String) -> String? {
    ownParameters.first { $0.name == parameter }?.value ?? group.parameter(parameter)
  }

  /// A component's claim on its port.
  func claim(_ planned: PlannedPort) -> PlanFault.Claim {
    PlanFault.Claim(pointer: group.place(of: planned.component), origin: planned.origin)
  }

  /// Where the worker ports are set, or would be: at the end of the range that the user has set, else at the first.
  var workerPlace: JSONPointer {
    if case .list = workerPorts.ports, workerPorts.unlisted == nil { return group.place(of: WorkerPorts.list) }
    let added = workerPorts.added.map(\.parameter)
    return group.place(of: added == [WorkerPorts.minimum] ? WorkerPorts.maximum : WorkerPorts.minimum)
  }

  /// The claim of the worker ports.
  var workerClaim: PlanFault.Claim {
    PlanFault.Claim(pointer: workerPlace, origin: workerPorts.added.count < 2 ? .stated : .added)
  }
}
