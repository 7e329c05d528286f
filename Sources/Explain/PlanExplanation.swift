public import RayPlan

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
