public import Admission
public import JSON
public import RayPlan

/// What a person reads before trusting Raymesh with a RayCluster: what becomes of it, and why so.
///
/// It is made only where somebody asks, never on the way of an admission request.
public enum Explanation: Sendable {
  /// The cluster stays as it is, for these reasons, each a sentence.
  case untouched([String])
  /// The cluster gets a plan.
  case planned(PlanExplanation)
}

extension ClusterWrite {
  /// Decides as `decision` does, and says why.
  ///
  /// - Throws: `Refusal` if the answer denies the cluster.
  public func explanation() throws(Refusal) -> Explanation {
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
  /// Why Raymesh does not look at the cluster at all.
  fileprivate var words: String {
    switch self {
    case .deleted: "it is being deleted, and only waits for its finalizers"
    case .declined: "its annotation \(UserWish.inject) is \"false\""
    case .unmanaged: "it was there before Raymesh; the annotation \(UserWish.inject): \"true\" takes it in"
    }
  }
}

/// A plan in the terms of its reader: the Service's ports one by one, each with who uses it and why it has its number.
public struct PlanExplanation: Sendable {
  /// The version of Ray that the plan goes by, or `nil` where none is known.
  public let rayVersion: RayVersion?
  /// The headless Service.
  public let service: ExplainedService
  /// The Service's ports, sorted by number; worker ports that follow one another are one entry.
  public let ports: [ExplainedPort]
  /// The head group, then the worker groups, in the order of the spec.
  public let groups: [ExplainedGroup]
  /// What Raymesh could have added or listed and has not.
  public let omissions: [Omission]
  /// What the user should know though nothing is refused.
  public let notices: [PlanNotice]

  /// - Parameter notices: what there is to say about the write that made the plan; the plan's own where there is none.
  public init(of plan: PortPlan, notices: [PlanNotice]? = nil) {
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

/// The headless Service, as far as it can be told.
public struct ExplainedService: Hashable, Sendable {
  /// Its name; in the words of the pod's shell where the cluster has no name yet, and `nil` where even that may come
  /// out too long.
  public let name: String?
  /// How many ports it lists.
  public let portCount: Int
  /// Whether it says what each port speaks.
  public let saysProtocols: Bool

  init(of plan: PortPlan, portCount: Int) {
    name = plan.service.map { $0.known ?? $0.inPod }
    self.portCount = portCount
    saysProtocols = plan.isNamed
  }
}

/// Who has chosen a value.
public enum Author: String, Sendable {
  case user
  case raymesh
  /// The user one end of a range, and Raymesh the other.
  case both
  case ray
  case kubeRay = "kuberay"
}

/// A group of the cluster: what its nodes have, and how they are known.
public struct ExplainedGroup: Hashable, Sendable {
  /// Which group.
  public let role: RayGroup.Role
  /// Where it stands in the RayCluster.
  public let pointer: JSONPointer
  /// How many CPUs its nodes have; the width of the worker range goes by it.
  public let cpus: CPUCount?
  /// By what its nodes are known to Ray.
  public let address: Address

  /// By what a node is known.
  public enum Address: Hashable, Sendable {
    /// By a value of `node-ip-address`; `isUnderService` where that is a name which the mesh can route.
    case value(String, by: Author, isUnderService: Bool)
    /// By the pod's IP.
    case leftOut(GroupAddress.Reason)
  }

  init(of plan: GroupPlan, earlier own: OwnParameters?) {
    role = plan.group.role
    pointer = plan.group.pointer
    // A plan is only made where the number can be read.
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

  /// What to call it in a table.
  public var name: String { role.label }
}

extension RayGroup.Role {
  /// What to call the group in a table.
  var label: String {
    switch self {
    case .head: "head"
    case .worker(let name): name
    }
  }
}

extension GroupAddress.Reason {
  /// Why the nodes go by their IPs, where there is more room than in a warning.
  public var explanation: String {
    switch self {
    case .asked: "the annotation raymesh.io/node-address says \"never\""
    case .overwrittenCommand: "ray.io/overwrite-container-cmd: the shell would not evaluate it"
    case .rayTLS: "Ray's own TLS, whose certificates are for pod IPs"
    case .autoscaler1: "autoscaler v1 finds pods by their IPs; v2 does not (autoscalerOptions.version)"
    case .hostNetwork: "hostNetwork: the pods have no address but their node's"
    case .podNames: "podFQDN gives the pods names of their own"
    case .ownRayStart: "its command runs ray start; set --node-ip-address there"
    case .longName: "the Service's name may come out too long for DNS"
    case .running: "its pods run without"
    }
  }
}
