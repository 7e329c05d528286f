public import JSON
public import RayPlan

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
