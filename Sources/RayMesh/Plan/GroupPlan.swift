internal import JSON

/// Every port of one group's nodes, and what Raymesh adds to make Ray use them.
public struct GroupPlan: Sendable {
  /// The group as the user wrote it.
  public let group: RayGroup
  /// The components' ports, in the order of `RayComponent`.
  public let ports: [PlannedPort]
  /// The worker processes' ports.
  public let workerPorts: WorkerPorts
  /// The value of `node-ip-address` that Raymesh adds, or `nil` where the user has one.
  public let addedNodeAddress: String?

  static let nodeAddress = "node-ip-address"

  /// The ray start parameters that Raymesh adds, in the order in which the patch adds them.
  public let addedParameters: [Addition]

  /// A ray start parameter and its value.
  public struct Addition: Hashable, Sendable {
    /// The parameter's name.
    public let name: String
    /// Its value.
    public let value: String
  }

  init(group: RayGroup, ports: [PlannedPort], workerPorts: WorkerPorts, addedNodeAddress: String?) {
    self.group = group
    self.ports = ports
    self.workerPorts = workerPorts
    self.addedNodeAddress = addedNodeAddress
    addedParameters = GroupPlan.additions(ports, workerPorts, addedNodeAddress)
  }

  private static func additions(
    _ ports: [PlannedPort], _ workerPorts: WorkerPorts, _ nodeAddress: String?
  ) -> [Addition] {
    var added: [Addition] = []
    added.reserveCapacity(10)
    func append(_ planned: PlannedPort) {
      if planned.origin == .added, case .parameter(let name) = planned.component.setting {
        added.append(Addition(name: name, value: planned.port.description))
      }
    }
    for planned in ports where planned.component != .dashboardGRPC { append(planned) }
    for port in workerPorts.added { added.append(Addition(name: port.parameter, value: port.port.description)) }
    for planned in ports where planned.component == .dashboardGRPC { append(planned) }
    if let nodeAddress { added.append(Addition(name: GroupPlan.nodeAddress, value: nodeAddress)) }
    return added
  }

  /// What two components, or a component and the worker ports, both take; and our variable where it is not ours.
  var faults: [PlanFault] {
    var faults = foreignVariable.map { [$0] } ?? []
    let guarded = ports.filter(\.component.isGuarded) + reserved
    for (index, planned) in guarded.enumerated() {
      if let first = guarded[..<index].first(where: { $0.port == planned.port }) {
        faults.append(.shared(planned.port, group: group.name, claim(first), claim(planned)))
      }
      if workerPorts.contains(planned.port) {
        faults.append(.amongWorkerPorts(planned.port, group: group.name, claim(planned), workerPlace))
      }
    }
    return faults
  }

  /// What `ray start` keeps free on a worker too, though only a head listens there
  /// (`RayParams.update_pre_selected_port`).
  private var reserved: [PlannedPort] {
    guard case .worker = group.role else { return [] }
    return [RayComponent.dashboard, .client].map { component in
      PlannedPort(component: component, port: component.usualPort, origin: .usual)
    }
  }

  /// The node address reads its variable in the pod, so one of that name that says something else must go.
  private var foreignVariable: PlanFault? {
    guard addedNodeAddress != nil, let variable = group.container.variable(NodeAddress.variable),
      variable.fieldPath != NodeAddress.fieldPath
    else { return nil }
    return .unreadable(
      JSONMismatch(
        at: group.container.place(of: variable),
        found: variable.value.map { JSONValue.string($0).summary } ?? "another source",
        expected: "no \(NodeAddress.variable) of your own, or one from the field \(NodeAddress.fieldPath)"))
  }

  /// A component's claim on its port.
  func claim(_ planned: PlannedPort) -> PlanFault.Claim {
    PlanFault.Claim(pointer: group.place(of: planned.component), origin: planned.origin)
  }

  /// Where the worker ports are set, or would be.
  var workerPlace: JSONPointer {
    switch workerPorts.ports {
    case .range: group.place(of: WorkerPorts.minimum)
    case .list: group.place(of: WorkerPorts.list)
    }
  }
}

extension RayGroup {
  /// How many CPUs Ray will count on a node: the user's `num-cpus`, else the group's or the Ray container's resources.
  ///
  /// A value that only the pod's shell can tell, such as `$(nproc)`, is passed over.
  func cpus() throws(JSONMismatch) -> Int {
    if let text = parameter("num-cpus"), !text.contains("$") {
      guard let quantity = Quantity(text) else {
        throw JSONMismatch(
          at: place(of: "num-cpus"), found: JSONValue.string(text).summary, expected: "a number of CPUs")
      }
      return quantity.roundedUp
    }
    return groupCPUs ?? container.cpus ?? RayGroup.unknownCPUs
  }

  /// What to count where nobody says: the node's size, which at admission nobody knows.
  private static let unknownCPUs = 16
}
