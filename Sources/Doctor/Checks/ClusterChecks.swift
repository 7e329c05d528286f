internal import Admission
internal import Controller
internal import Explain
internal import JSON
internal import Kubernetes
internal import RayPlan

/// A RayCluster, and what Raymesh would make of it.
struct ClusterState: Sendable {
  let namespace: String
  let name: String
  /// Whether Raymesh has taken it in.
  let isManaged: Bool
  /// What would become of it if it were made now; `nil` where it cannot be read.
  let outcome: Result<Explanation, Refusal>
  /// The Service that its pods are known under, `nil` where it can have none.
  let service: String?
  /// What the controller would find about that Service; `nil` where the cluster is not managed, or Services cannot be
  /// looked at.
  let companion: CompanionState?

  /// What to call it in a finding.
  var subject: String { "RayCluster \(namespace)/\(name)" }
}

extension ClusterState {
  /// `nil` for one that is being deleted.
  ///
  /// - Parameters:
  ///   - services: all Services that there are, by namespace and name; `nil` where nobody may look.
  ///   - oldest: when the oldest pod of each cluster was made, by namespace and cluster.
  /// - Throws: `JSONMismatch` where it is no object of an API server's.
  init?(
    _ object: JSONElement, services: [ObjectKey: JSONElement]?, oldest: [ObjectKey: String], at second: Int,
    options: PlanOptions
  ) throws(JSONMismatch) {
    let metadata = try ClusterMetadata(of: object)
    guard !metadata.isBeingDeleted else { return nil }
    (namespace, name, isManaged) = (object.namespace, object.name, metadata.isManaged)
    let write = ClusterWrite(object, namespace: object.namespace, options: options)
    outcome = Result { () throws(Refusal) in try write.explanation() }
    service = ServiceName(ofStored: object, named: object.name)?.known
    let place = service.map { ObjectKey(namespace: object.namespace, name: $0) }
    guard let services else {
      companion = nil
      return
    }
    companion = try CompanionState(
      of: object, service: place.flatMap { services[$0] },
      oldest: oldest[ObjectKey(namespace: object.namespace, name: object.name)], at: second, options: options)
  }
}

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

/// Whether each managed RayCluster has its Service, and that is Raymesh's.
enum CompanionCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let clusters = seen.clusters.value, seen.services == nil else { return [] }
    let findings = clusters.compactMap { finding($0) }
    let right = clusters.count { if case .right? = $0.companion { true } else { false } }
    return right > 0 ? [Finding(.services, .ok, "Services", "\(right) as they should be")] + findings : findings
  }

  private static let keeper = "see controller; or raymesh render cluster.yaml | kubectl apply --server-side -f -"

  private static func finding(_ cluster: ClusterState) -> Finding? {
    guard let state = cluster.companion, let name = cluster.service else { return nil }
    let subject = "Service \(cluster.namespace)/\(name)"
    switch state {
    // The cluster's own findings say so.
    case .refused, .right(waiting: nil): return nil
    case .right(waiting: let waiting?):
      return Finding(
        .services, .notice, subject, "keeps \(waiting) for pods that are older than the plan",
        fix: "nothing, or delete those pods")
    case .missing:
      return Finding(
        .services, .failure, subject, "there is none: the pods of RayCluster \(cluster.name) have no names", fix: keeper
      )
    case .different(let how): return Finding(.services, .warning, subject, how, fix: keeper)
    case .adoptable:
      return Finding(.services, .notice, subject, "waits for a controller to take it over", fix: "see controller")
    case .conflict(let message):
      return Finding(
        .services, .failure, subject, message,
        fix:
          "kubectl -n \(cluster.namespace) annotate service \(name) raymesh.io/adopt=true, where it has no clusterIP; else "
          + "kubectl -n \(cluster.namespace) delete service \(name)")
    }
  }
}
