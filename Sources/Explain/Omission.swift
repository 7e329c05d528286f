internal import RayPlan

/// Something that Raymesh left out, and why.
package struct Omission: Hashable, Sendable {
  /// What was left out.
  package let subject: String
  /// The groups, as indices into the explanation's groups.
  package let groups: [Int]
  /// The reason, a sentence.
  package let reason: String
}

/// Collects what a plan leaves out, except node addresses, which belong to a group.
struct Omissions {
  private(set) var all: [Omission] = []
  private let plan: PortPlan

  init(of plan: PortPlan) {
    self.plan = plan
    for reason in GroupMode.Reason.allCases {
      add("ray start parameters", reason.words) { $0.mode.reason == reason }
    }
    addUnlisted()
    addWorkerPorts()
    addDashboardGRPC()
    addProtocols()
  }

  private mutating func add(_ subject: String, _ reason: String, where isLeftOut: (GroupPlan) -> Bool) {
    let groups = plan.groups.indices.filter { isLeftOut(plan.groups[$0]) }
    if !groups.isEmpty { all.append(Omission(subject: subject, groups: groups, reason: reason)) }
  }

  private mutating func addUnlisted() {
    for component in RayComponent.allCases {
      add(component.parameter, Omissions.unknown) {
        $0.isUnlisted(component, atRandom: false)
      }
      add(component.parameter, Omissions.random) {
        $0.isUnlisted(component, atRandom: true)
      }
    }
    add("worker ports", Omissions.unknown) { $0.group.unlistedWorkerPorts?.isRandom == false }
    add("worker ports", Omissions.random) { $0.group.unlistedWorkerPorts?.isRandom == true }
  }

  private static let unknown = "the port is known only in the pod, because a variable or a command sets it"
  private static let random = "Ray chooses at random"

  private mutating func addWorkerPorts() {
    add("worker ports", "no range is set, and Ray's default 10002-19999 is too large to list") {
      $0.workerPorts.count == 0 && $0.group.unlistedWorkerPorts == nil
    }
    add("min- and max-worker-port", "worker-port-list replaces them") {
      $0.group.parameter(.workerPortList) != nil && $0.mode.isSettable
    }
  }

  private mutating func addDashboardGRPC() {
    let isKnown = plan.cluster.rayVersion.map { $0 >= DashboardGRPC.ignored } ?? false
    let reason =
      isKnown
      ? "Ray 2.45 and later do not use it"
      : "Ray 2.48 and later fail to start with it; only the tag of a rayproject/ray image proves an older Ray"
    add(RayComponent.dashboardGRPC.parameter, reason) { group in
      group.group.role == .head && group.mode.isSettable
        && !group.ports.contains { $0.component == .dashboardGRPC }
    }
  }

  private mutating func addProtocols() {
    if !plan.isNamed {
      add("protocols", "the pods are known by their IPs: Istio must detect the protocols") { !$0.address.isName }
    }
    if plan.leavesHeadService {
      add("protocols of the head's Service", "KubeRay's tcp stays: the mesh cannot read Ray's own TLS as grpc") {
        $0.group.role == .head
      }
    }
    for port in plan.disputedPorts {
      add("protocol of \(port)", "Ray's protocol and the container's differ") { group in
        group.group.container.ports.contains { $0.port == port && $0.namedProtocol != nil }
      }
    }
  }
}

extension GroupMode {
  /// Why the group's parameters are left unchanged; `nil` if they are set.
  fileprivate var reason: Reason? { if case .leave(let reason) = self { reason } else { nil } }
}

extension GroupPlan {
  fileprivate func isUnlisted(_ component: RayComponent, atRandom isRandom: Bool) -> Bool {
    unlisted.contains { $0.component == component && $0.isRandom == isRandom }
  }
}
