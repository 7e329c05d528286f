package import Admission
package import JSON
internal import Names
package import RayPlan

/// Explains what Raymesh does to a RayCluster, and why.
///
/// It is only made on request, never while an admission request is answered.
package enum Explanation: Sendable {
  /// The cluster stays unchanged, for these reasons, each of them a sentence.
  case untouched([String])
  /// The cluster gets a plan.
  case planned(PlanExplanation)
}

extension ClusterWrite {
  /// Decides as `decision` does, and explains the decision.
  ///
  /// - Throws: `Refusal` if the answer denies the cluster.
  package func explanation() throws(Refusal) -> Explanation {
    switch decision() {
    case (.deny(let refusal), _): throw refusal
    case (.allow(let notices), let plan?), (.patch(_, let notices), let plan?):
      return .planned(PlanExplanation(of: plan, notices: notices))
    case (.allow(let notices), nil), (.patch(_, let notices), nil):
      if notices.isEmpty, case .skip(let reason)? = try? requestedAction() { return .untouched([reason.words]) }
      return .untouched(
        notices.map { notice in
          if case .untouched(let reason) = notice { reason.words } else { notice.sentence }
        })
    }
  }
}

extension RequestedAction.Reason {
  /// Why Raymesh skips the cluster.
  fileprivate var words: String {
    switch self {
    case .deleted: "it is being deleted, and only waits for its finalizers"
    case .declined: "its annotation \(Annotation<String>.inject) is \"false\""
    case .unmanaged:
      "it was created before Raymesh; the annotation \(Annotation<String>.inject): \"true\" enables Raymesh for it"
    }
  }
}

/// Explains a plan: each port of the Service with its uses and the reason for its number.
package struct PlanExplanation: Sendable {
  /// The Ray version that the plan is for; `nil` if it is unknown.
  package let rayVersion: RayVersion?
  /// The headless Service.
  package let service: ExplainedService
  /// The ports of the Service, sorted by number. A range of worker ports is one entry.
  package let ports: [ExplainedPort]
  /// The head group, then the worker groups, in the order of the spec.
  package let groups: [ExplainedGroup]
  /// What Raymesh left out.
  package let omissions: [Omission]
  /// The warnings for the user.
  package let notices: [PlanNotice]

  /// - Parameter notices: the notices about the write; `nil` for the plan's own.
  package init(of plan: PortPlan, notices: [PlanNotice]? = nil) {
    let own = ManagedRecord(of: plan.cluster.metadata).map { OwnParameters(of: plan.cluster, by: $0) }
    let listed = ServicePortList(of: plan).ports
    rayVersion = plan.cluster.rayVersion
    service = ExplainedService(of: plan, portCount: listed.count)
    ports = ExplainedPort.all(of: listed, claimed: PortClaims(of: plan, earlier: own).all)
    groups = plan.groups.map { ExplainedGroup(of: $0, earlier: own) }
    omissions = Omissions(of: plan).all
    self.notices = notices ?? plan.notices
  }
}

/// The headless Service, as far as it is known.
package struct ExplainedService: Hashable, Sendable {
  /// Its name. If the cluster has no name yet, it is an expression for the pod's shell; `nil` if the name may be too
  /// long.
  package let name: String?
  /// The number of ports in it.
  package let portCount: Int
  /// Whether its ports have application protocols.
  package let saysProtocols: Bool

  init(of plan: PortPlan, portCount: Int) {
    name = plan.service.map { $0.known ?? $0.inPod }
    self.portCount = portCount
    saysProtocols = plan.isNamed
  }
}

/// The author of a value.
package enum Author: String, Sendable {
  case user
  case raymesh
  /// The user chose one end of a range, and Raymesh the other.
  case both
  case ray
  case kubeRay = "kuberay"
}

/// A group of the cluster: the CPUs and the address of its nodes.
package struct ExplainedGroup: Hashable, Sendable {
  /// The group.
  package let role: RayGroup.Role
  /// The place of the group in the RayCluster.
  package let pointer: JSONPointer
  /// The CPUs of its nodes, which decide the width of the worker port range.
  package let cpus: CPUCount?
  /// The address by which Ray knows its nodes.
  package let address: Address

  /// The address of a node.
  package enum Address: Hashable, Sendable {
    /// The value of `node-ip-address`. If it `isUnderService`, it is a name that the mesh can route.
    case value(String, by: Author, isUnderService: Bool)
    /// The pod's IP, for a reason.
    case leftOut(GroupAddress.Reason)
  }

  init(of plan: GroupPlan, earlier own: OwnParameters?) {
    role = plan.group.role
    pointer = plan.group.pointer
    // A plan exists only if the number can be read.
    cpus = try? plan.group.cpuCount()
    switch plan.address {
    case .added(let value): address = .value(value, by: .raymesh, isUnderService: true)
    case .stated(let isUnderService):
      let isOwn = own?.kept(in: plan.group)?[.nodeIPAddress] != nil
      address = .value(
        plan.group.parameter(.nodeIPAddress) ?? "", by: isOwn ? .raymesh : .user, isUnderService: isUnderService)
    case .leftOut(let reason): address = .leftOut(reason)
    }
  }

  /// The name of the group in tables.
  package var name: String { role.label }
}

extension RayGroup.Role {
  /// The name of the group in tables.
  var label: String {
    switch self {
    case .head: "head"
    case .worker(let name): name
    }
  }
}

extension GroupAddress.Reason {
  /// Why the nodes are known by their IPs, in more words than in a warning.
  package var explanation: String {
    switch self {
    case .asked: "the annotation raymesh.io/node-address says \"never\""
    case .overwrittenCommand: "ray.io/overwrite-container-cmd: the shell would not evaluate it"
    case .rayTLS: "Ray's own TLS, whose certificates are for pod IPs"
    case .autoscaler1: "autoscaler v1 finds pods by their IPs; v2 does not (autoscalerOptions.version)"
    case .hostNetwork: "hostNetwork: the pods share the address of their node"
    case .podNames: "podFQDN gives the pods their own names"
    case .ownRayStart: "its command runs ray start; set --node-ip-address there"
    case .longName: "the Service's name may be too long for DNS"
    case .running: "its running pods have none"
    }
  }
}
