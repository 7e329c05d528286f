/// Finds numbers that speak one protocol on one node and another on the next: a Service port has one protocol.
struct ProtocolCheck {
  private(set) var faults: [PlanFault] = []
  private var claims: [Claim] = []
  private var seen = PortGlance()

  private struct Claim {
    /// The group's place among all.
    let group: Int
    let planned: PlannedPort
  }

  init(of groups: [GroupPlan]) {
    claims.reserveCapacity(2 * RayComponent.allCases.count)
    for (index, group) in groups.enumerated() {
      for planned in group.ports {
        check(Claim(group: index, planned: planned), of: groups)
        checkWorkers(of: groups, beside: planned, in: group)
      }
    }
  }

  /// Against the first component that took the number.
  private mutating func check(_ claim: Claim, of groups: [GroupPlan]) {
    guard !seen.insert(claim.planned.port),
      let first = claims.first(where: { $0.planned.port == claim.planned.port })
    else {
      return claims.append(claim)
    }
    let (one, other) = (first.planned.component.appProtocol, claim.planned.component.appProtocol)
    guard one != other, first.group != claim.group else { return }
    faults.append(
      .twoProtocols(
        claim.planned.port, groups[first.group].claim(first.planned), one, groups[claim.group].claim(claim.planned),
        other))
  }

  /// Against worker ports, which speak grpc, on other nodes; on the same node the group has found it already, where
  /// Ray itself would refuse.
  private mutating func checkWorkers(of groups: [GroupPlan], beside planned: PlannedPort, in group: GroupPlan) {
    let other = planned.component.appProtocol
    guard other != .grpc else { return }
    let workers = groups.first { candidate in
      (candidate !== group || !planned.component.isGuarded)
        && candidate.workerPorts.contains(planned.port)
    }
    guard let workers else { return }
    faults.append(.twoProtocols(planned.port, workers.workerClaim, .grpc, group.claim(planned), other))
  }
}
