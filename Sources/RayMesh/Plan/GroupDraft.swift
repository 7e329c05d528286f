internal import JSON

/// A group's ports as far as the group alone decides them.
struct GroupDraft {
  let group: RayGroup
  let ports: [PlannedPort]
  let workerPorts: StatedWorkerPorts
  let cpus: Int

  /// Drafts of every group of a cluster, the head group first.
  ///
  /// - Throws: `Refusal` with every value that cannot be read.
  static func all(of cluster: RayCluster) throws(Refusal) -> [GroupDraft] {
    var faults: [PlanFault] = []
    let addsDashboardGRPC = cluster.rayVersion.map { $0 < GroupDraft.withoutDashboardGRPC } ?? false
    let drafts = cluster.groups.compactMap { group in
      GroupDraft(of: group, addsDashboardGRPC: addsDashboardGRPC, faults: &faults)
    }
    guard faults.isEmpty else { throw Refusal(faults: faults) }
    return drafts
  }

  /// `dashboard-grpc-port` is ignored from here on, and refused by `ray start` from 2.48.
  private static let withoutDashboardGRPC = RayVersion(major: 2, minor: 45)

  private init?(of group: RayGroup, addsDashboardGRPC: Bool, faults: inout [PlanFault]) {
    let before = faults.count
    var ports: [PlannedPort] = []
    ports.reserveCapacity(RayComponent.allCases.count)
    for component in RayComponent.allCases {
      do throws(JSONMismatch) {
        guard let port = try group.port(of: component, addsDashboardGRPC: addsDashboardGRPC) else { continue }
        ports.append(port)
      } catch { faults.append(.unreadable(error)) }
    }
    var cpus: Int?
    do throws(JSONMismatch) { cpus = try group.cpus() } catch { faults.append(.unreadable(error)) }
    var stated: StatedWorkerPorts?
    do throws(PlanFault) { stated = try StatedWorkerPorts(of: group) } catch { faults.append(error) }
    guard faults.count == before, let cpus, let stated else { return nil }
    (self.group, self.ports, self.workerPorts, self.cpus) = (group, ports, stated, cpus)
  }

  /// The plan of the group, now that the other groups' needs are known.
  func completed(need: Int, shared: ClosedRange<Port>, address: String?) -> GroupPlan {
    GroupPlan(
      group: group, ports: ports, workerPorts: workerPorts.completed(need: need, shared: shared),
      addedNodeAddress: group.parameter(GroupPlan.nodeAddress) == nil ? address : nil)
  }

  /// At most how many ports the group brings to the Service beside Raymesh's own worker range.
  var statedPortCount: Int { ports.count + group.container.ports.count + statedWorkerPorts.count }

  /// Those ports.
  func insertStatedPorts(into set: inout PortSet) {
    for planned in ports { set.insert(planned.port) }
    for port in group.container.ports { set.insert(port.port) }
    set.insert(statedWorkerPorts)
  }

  private var statedWorkerPorts: WorkerPorts {
    if case .nothing = workerPorts { return WorkerPorts(ports: .list([]), added: []) }
    return workerPorts.completed(need: 1, shared: WorkerPorts.firstPort...WorkerPorts.firstPort)
  }
}
