internal import Explain
internal import RayPlan

/// Whether each RayCluster is taken in, and can work as it is written.
enum ClusterCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let clusters = seen.clusters.value else { return [] }
    let managed = Set(seen.managedNamespaces.map(\.name))
    let findings = clusters.flatMap {
      $0.isManaged ? notices(of: $0) : unmanaged($0, isExpected: managed.contains($0.namespace))
    }
    let count = clusters.count(where: \.isManaged)
    return [
      Finding(.clusters, .ok, "RayClusters", "\(clusters.count) looked at, \(count) of them managed by Raymesh")
    ] + findings
  }

  /// What the plan itself has to say, as `raymesh explain` does.
  private static func notices(of cluster: ClusterState) -> [Finding] {
    switch cluster.outcome {
    case .failure(let refusal): return refused(cluster, refusal, .failure)
    case .success(.untouched(let reasons)):
      return reasons.map { Finding(.clusters, .notice, cluster.subject, "is left as it is: \($0)") }
    case .success(.planned(let plan)):
      return plan.notices.map { notice in
        Finding(.clusters, notice.severity, cluster.subject, notice.sentence, fix: notice.fix)
      }
    }
  }

  private static func unmanaged(_ cluster: ClusterState, isExpected: Bool) -> [Finding] {
    guard isExpected else { return [] }
    switch cluster.outcome {
    case .failure(let refusal): return refused(cluster, refusal, .warning)
    case .success(.untouched(let reasons)):
      return reasons.map { Finding(.clusters, .notice, cluster.subject, "is left as it is: \($0)") }
    case .success(.planned):
      let (namespace, name) = (cluster.namespace, cluster.name)
      return [
        Finding(
          .clusters, .warning, cluster.subject,
          "was made before Raymesh, or while it was not asked: it has no fixed ports",
          fix:
            "kubectl -n \(namespace) annotate raycluster \(name) raymesh.io/inject=true, then delete its pods, as only new "
            + "ones follow; raymesh.io/inject=false to say that it is meant")
      ]
    }
  }

  private static func refused(_ cluster: ClusterState, _ refusal: Refusal, _ severity: Severity) -> [Finding] {
    refusal.faults.map { fault in
      Finding(
        .clusters, severity, cluster.subject, "cannot work as it is written: \(fault)",
        fix: "the fields that are named; raymesh explain says more")
    }
  }
}

extension PlanNotice {
  /// How grave it is for a cluster that is there.
  fileprivate var severity: Severity {
    switch self {
    case .noAddress, .leftAlone, .disputedPort, .untouched, .takenIn, .moved, .removed: .notice
    case .foreignAddress, .guideAddress, .fewWorkerPorts, .unlistedWorkerPorts, .proxyPorts, .unlistedPorts,
      .dashboardGRPC, .hidden, .servePorts, .oldFault:
      .warning
    }
  }

  /// Which field to set.
  fileprivate var fix: String? {
    switch self {
    case .noAddress(_, .autoscaler1): "spec.autoscalerOptions.version: v2"
    case .noAddress(_, .asked): "take out the annotation raymesh.io/node-address"
    case .noAddress(_, .overwrittenCommand): "take out the annotation ray.io/overwrite-container-cmd"
    case .noAddress(_, .rayTLS): "spec.tlsOptions.enabled: false, as the mesh encrypts already"
    case .noAddress, .leftAlone, .takenIn, .moved, .removed, .oldFault, .untouched: nil
    case .foreignAddress, .guideAddress: "take node-ip-address out of rayStartParams"
    case .fewWorkerPorts: "a wider min-worker-port to max-worker-port, or --maximum-ports"
    case .unlistedWorkerPorts: "a narrower min-worker-port to max-worker-port, or --maximum-ports"
    case .proxyPorts: "a min-worker-port to max-worker-port without 15000-15090"
    case .hidden(_, let name, _): "a plain number for \(name), or no \(name) at all"
    case .unlistedPorts: "fewer ports, or --maximum-ports"
    case .dashboardGRPC: "take dashboard-grpc-port out of rayStartParams"
    case .disputedPort: "another number or name for the container's port"
    case .servePorts(let variable): "take \(variable) out of the containers' env"
    }
  }
}
