public import JSON

/// The additions that make a RayCluster use its plan: emitted from the plan, in a fixed order, nothing rewritten.
struct ClusterPatch {
  /// The additions, perhaps none.
  private(set) var operations: JSONPatch

  /// - Parameter earlier: the record of what was added before and stays Raymesh's.
  init(for plan: PortPlan, after earlier: ManagedRecord?) {
    operations = JSONPatch(reserving: 4 + plan.groups.reduce(0) { $0 + $1.ownParameters.count + 2 })
    for group in plan.groups {
      addParameters(of: group)
      addVariable(of: group)
    }
    leaveHeadService(of: plan)
    record(plan, after: earlier)
    for group in plan.groups {
      for name in group.removedParameters where group.group.parameter(name) != nil {
        operations.remove(group.group.place(of: name))
      }
    }
  }

  private mutating func addParameters(of group: GroupPlan) {
    let parameters = group.group.parametersPointer
    if group.group.parameters == nil, !group.ownParameters.isEmpty { operations.add([:], at: parameters) }
    for addition in group.ownParameters where group.group.parameter(addition.name) != addition.value {
      operations.add(.string(addition.value), under: addition.name, of: parameters)
    }
  }

  /// The pod's IP, which the node address is made from.
  private mutating func addVariable(of group: GroupPlan) {
    let container = group.group.container
    guard group.address.added != nil, container.variable(NodeAddress.variable) == nil else { return }
    let list = container.pointer.appending(path: "/env")
    if container.environment == nil { operations.add([], at: list) }
    operations.add(NodeAddress.environmentVariable, under: "-", of: list)
  }

  /// The wish that `HeadServicePatch` reads: no review of that Service sees the cluster.
  private mutating func leaveHeadService(of plan: PortPlan) {
    let stated = plan.cluster.settings.headServiceAnnotations
    guard plan.leavesHeadService, stated?[UserWish.inject] == nil else { return }
    let annotations: JSONPointer = "/spec/headServiceAnnotations"
    if stated == nil { operations.add([:], at: annotations) }
    operations.add("false", under: UserWish.inject, of: annotations)
  }

  /// What is ours, in the cluster's own annotation.
  private mutating func record(_ plan: PortPlan, after earlier: ManagedRecord?) {
    let text = ManagedRecord(of: plan, after: earlier).text
    guard text != plan.cluster.metadata.annotation(ManagedRecord.annotation) else { return }
    if plan.cluster.metadata.annotations == nil { operations.add([:], at: "/metadata/annotations") }
    operations.add(.string(text), at: ManagedRecord.place)
  }
}

extension ManagedRecord {
  /// What a plan adds, and what an earlier record says was added before.
  fileprivate init(of plan: PortPlan, after earlier: ManagedRecord?) {
    for group in plan.groups {
      // Two groups may share a name, and so an entry.
      let role = group.group.role
      let known = self[role] + (earlier?[role] ?? [])
      let added = group.ownParameters.map(\.name)
      self[role] = known.isEmpty ? added : Array(Set(added + known))
    }
    moved = earlier?.moved.filter { name, value in plan.groups.contains { $0.value(of: name) == value } } ?? [:]
  }
}

extension NodeAddress {
  /// The environment variable that gives a pod its own IP.
  static let environmentVariable: JSONValue = [
    "name": .string(variable),
    "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": .string(fieldPath)]],
  ]
}

extension PortPlan {
  /// The additions that make the cluster use this plan; none where it does already.
  public var patch: JSONPatch { ClusterPatch(for: self, after: ManagedRecord(of: cluster.metadata)).operations }
}
