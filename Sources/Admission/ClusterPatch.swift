public import JSON
internal import Names
public import RayPlan

extension JSONPatch {
  /// The additions that make a RayCluster use its plan: emitted from the plan, in a fixed order, nothing rewritten.
  ///
  /// - Parameter earlier: the record of what was added before and stays Raymesh's.
  init(for plan: PortPlan, after earlier: ManagedRecord?) {
    self.init(capacity: 512 + 1536 * plan.groups.count) { patch in
      for group in plan.groups {
        patch.addParameters(of: group)
        patch.addVariable(of: group)
      }
      patch.leaveHeadService(of: plan)
      patch.record(plan, after: earlier)
      for group in plan.groups {
        for parameter in group.removedParameters where group.group.parameter(parameter) != nil {
          patch.remove(group.group.place(of: parameter).pointer)
        }
      }
    }
  }
}

extension JSONPatchWriter {
  fileprivate mutating func addParameters(of plan: GroupPlan) {
    let group = plan.group
    let place = group.parametersPointer
    if group.parameters == nil, !plan.ownNames.isEmpty { add([:], at: place) }
    plan.eachOwnPort { parameter, port in
      if let stated = group.parameter(parameter), stated == port.description { return }
      add(word: parameter.word, of: place) { $0.string(port.number) }
    }
    if let address = plan.address.added, group.parameter(.nodeIPAddress) != address {
      add(word: RayParameter.nodeIPAddress.word, of: place) { $0.string(address) }
    }
  }

  /// The pod's IP, which the node address is made from.
  fileprivate mutating func addVariable(of group: GroupPlan) {
    let container = group.group.container
    guard group.address.added != nil, container.variable(NodeAddress.variable) == nil else { return }
    let list = container.environmentPointer
    if container.environment == nil { add([], at: list) }
    add(under: "-", at: list) { $0.json(NodeAddress.environmentVariable) }
  }

  /// The wish that a review of KubeRay's Service for the head reads: no such review sees the cluster.
  fileprivate mutating func leaveHeadService(of plan: PortPlan) {
    let stated = plan.cluster.settings.headServiceAnnotations
    guard plan.leavesHeadService, stated?[Annotation.inject] == nil else { return }
    let annotations: JSONPointer = "/spec/headServiceAnnotations"
    if stated == nil { add([:], at: annotations) }
    add("false", under: Annotation.inject, of: annotations)
  }

  /// What is ours, in the cluster's own annotation.
  fileprivate mutating func record(_ plan: PortPlan, after earlier: ManagedRecord?) {
    let record = ManagedRecord(of: plan.groups, after: earlier)
    if let stated = plan.cluster.metadata.annotation(Annotation.managed), stated.utf8.elementsEqual(record.text) {
      return
    }
    if plan.cluster.metadata.annotations == nil { add([:], at: "/metadata/annotations") }
    add(at: ManagedRecord.place) { $0.string(of: record.write) }
  }
}

extension ManagedRecord {
  /// What a plan adds, and what an earlier record says was added before.
  fileprivate init(of groups: [GroupPlan], after earlier: ManagedRecord?) {
    self.init()
    for group in groups {
      // Two groups may share a name, and so an entry.
      let role = group.group.role
      self[role].formUnion(group.ownNames)
      if let earlier { self[role].formUnion(earlier[role]) }
    }
    moved = earlier?.moved.filter { name, value in groups.contains { $0.value(of: name) == value } } ?? [:]
  }
}

extension NodeAddress {
  /// The environment variable that gives a pod its own IP, as JSON.
  static let environmentVariable = JSONWriter.bytes(
    of: [
      "name": .string(variable),
      "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": .string(fieldPath)]],
    ])
}

extension PortPlan {
  /// The additions that make the cluster use this plan; none if it does already.
  public var patch: JSONPatch { JSONPatch(for: self, after: ManagedRecord(of: cluster.metadata)) }
}
