/// A group's ports as far as the group alone decides them.
///
/// A class, as it is looked at many times and holds much.
final class GroupDraft {
  let group: RayGroup
  let mode: GroupMode
  let components: ComponentPorts
  let workerPorts: StatedWorkerPorts
  let cpus: Int

  /// Drafts of every group of a cluster, the head group first.
  ///
  /// - Throws: `Refusal` with every value that cannot be read.
  static func all(
    of cluster: RayCluster, keeping own: OwnParameters?, within budget: inout WorkBudget
  ) throws(Refusal) -> [GroupDraft] {
    var faults: [PlanFault] = []
    var drafts: [GroupDraft] = []
    drafts.reserveCapacity(cluster.groups.count)
    for group in cluster.groups {
      guard budget.allows(group.weight) else { throw Refusal(faults: [.unreadable(budget.end)]) }
      let mode = GroupMode(of: group, in: cluster, keeping: own)
      if let draft = GroupDraft(of: group, in: cluster, mode, faults: &faults) { drafts.append(draft) }
    }
    guard faults.isEmpty else { throw Refusal(faults: faults) }
    return drafts
  }

  private init?(of group: RayGroup, in cluster: RayCluster, _ mode: GroupMode, faults: inout [PlanFault]) {
    let before = faults.count
    var cpus: Int?
    do throws(PlanFault) { cpus = try group.cpuCount().count } catch { faults.append(error) }
    var workers: StatedWorkerPorts?
    do throws(PlanFault) { workers = try StatedWorkerPorts(of: group, mode) } catch { faults.append(error) }
    self.group = group
    self.mode = mode
    self.cpus = cpus ?? 0
    workerPorts = workers ?? .list(.none)
    components = ComponentPorts(of: group, in: cluster, mode, faults: &faults)
    guard faults.count > before else { return }
    guard !group.readsParameters else { return nil }
    // What nobody reads may be anything.
    faults.removeSubrange(before...)
  }

  /// The plan of the group, now that Raymesh's own numbers are chosen.
  func completed(_ placement: PortPlacement, address: GroupAddress) -> GroupPlan {
    GroupPlan(
      group: group, mode: mode, components: components, ports: components.completed(placement),
      workerPorts: workerPorts.completed(need: placement.need, shared: placement.workers), address: address)
  }
}
