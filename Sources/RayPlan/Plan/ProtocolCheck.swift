/// Finds numbers that speak one protocol on one node and another on the next: a Service port has one protocol.
struct ProtocolCheck {
  private(set) var faults: [PlanFault] = []
  private var claims = FirstByPort<Claim>()
  private let workers: WorkerOwners

  private struct Claim {
    let group: GroupPlan
    let planned: PlannedPort
  }

  /// A group whose parameters nobody reads cannot be wrong about them.
  init(of all: [GroupPlan]) {
    let groups = all.allSatisfy(\.group.readsParameters) ? all : all.filter(\.group.readsParameters)
    workers = WorkerOwners(of: groups)
    for group in groups {
      for planned in group.ports {
        check(Claim(group: group, planned: planned))
        checkWorkers(beside: planned, in: group)
      }
    }
  }

  /// Against the first component that took the number.
  private mutating func check(_ claim: Claim) {
    guard let first = claims.insert(claim, at: claim.planned.port) else { return }
    let (one, other) = (first.planned.component.appProtocol, claim.planned.component.appProtocol)
    guard one != other, first.group !== claim.group else { return }
    faults.append(
      .twoProtocols(
        claim.planned.port, first.group.claim(first.planned), one, claim.group.claim(claim.planned), other))
  }

  /// Against worker ports, which speak grpc, on other nodes; on the same node the group has found it already, where
  /// Ray itself would refuse.
  private mutating func checkWorkers(beside planned: PlannedPort, in group: GroupPlan) {
    let other = planned.component.appProtocol
    guard other != .grpc,
      let owner = workers.owner(of: planned.port, except: planned.component.isGuarded ? group : nil)
    else { return }
    faults.append(.twoProtocols(planned.port, owner.workerClaim, .grpc, group.claim(planned), other))
  }
}
