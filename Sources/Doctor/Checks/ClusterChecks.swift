internal import Admission
internal import Controller
internal import Explain
internal import JSON
internal import Kubernetes
internal import RayPlan

/// A RayCluster, and what Raymesh would do to it.
struct ClusterState: Sendable {
  let namespace: String
  let name: String
  /// Whether Raymesh manages it.
  let isManaged: Bool
  /// What Raymesh would do if the cluster were created now, or why it would reject the cluster.
  let outcome: Result<Explanation, Refusal>
  /// The Service that gives its pods their DNS names; `nil` if it cannot have one.
  let service: String?
  /// What the controller would find about that Service; `nil` if the cluster is not managed or Services cannot be read.
  let serviceState: ServiceState?

  /// Its name in findings.
  var subject: String { "RayCluster \(namespace)/\(name)" }
}

extension ClusterState {
  /// Creates the state of a RayCluster; `nil` if it is being deleted.
  ///
  /// - Parameters:
  ///   - services: all Services by namespace and name; `nil` if they cannot be read.
  ///   - oldest: the creation time of each cluster's oldest pod, by namespace and cluster.
  /// - Throws: `JSONMismatch` if it is not a Kubernetes object.
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
      serviceState = nil
      return
    }
    serviceState = try ServiceState(
      of: object, service: place.flatMap { services[$0] },
      oldest: oldest[ObjectKey(namespace: object.namespace, name: object.name)], at: second, options: options)
  }
}

/// Checks that each RayCluster is managed and valid.
enum ClusterCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let clusters = seen.clusters.value else { return [] }
    let managed = Set(seen.managedNamespaces.map(\.name))
    let findings = clusters.flatMap {
      $0.isManaged ? notices(of: $0) : unmanaged($0, isExpected: managed.contains($0.namespace))
    }
    let count = clusters.count(where: \.isManaged)
    return [
      Finding(.clusters, .ok, "RayClusters", "\(clusters.count) checked, \(count) of them managed by Raymesh")
    ] + findings
  }

  /// Reports the notices of the cluster's plan, as `raymesh explain` does.
  private static func notices(of cluster: ClusterState) -> [Finding] {
    switch cluster.outcome {
    case .failure(let refusal): return refused(cluster, refusal, .failure)
    case .success(.untouched(let reasons)):
      return reasons.map { Finding(.clusters, .notice, cluster.subject, "is left unchanged: \($0)") }
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
      return reasons.map { Finding(.clusters, .notice, cluster.subject, "is left unchanged: \($0)") }
    case .success(.planned):
      let (namespace, name) = (cluster.namespace, cluster.name)
      return [
        Finding(
          .clusters, .warning, cluster.subject,
          "was created before Raymesh was installed, or without its webhook: it has no fixed ports",
          fix:
            "kubectl -n \(namespace) annotate raycluster \(name) raymesh.io/inject=true, then delete its pods, because "
            + "only new pods get the ports; raymesh.io/inject=false if this is intended")
      ]
    }
  }

  private static func refused(_ cluster: ClusterState, _ refusal: Refusal, _ severity: Severity) -> [Finding] {
    refusal.faults.map { fault in
      Finding(
        .clusters, severity, cluster.subject, "is invalid: \(fault)",
        fix: "correct the named fields; raymesh explain shows more")
    }
  }
}

extension PlanNotice {
  /// How severe the notice is for an existing cluster.
  fileprivate var severity: Severity {
    switch self {
    case .noAddress, .leftAlone, .disputedPort, .untouched, .takenIn, .moved, .removed: .notice
    case .foreignAddress, .guideAddress, .fewWorkerPorts, .unlistedWorkerPorts, .proxyPorts, .unlistedPorts,
      .dashboardGRPC, .hidden, .servePorts, .oldFault:
      .warning
    }
  }

  /// The field to change.
  fileprivate var fix: String? {
    switch self {
    case .noAddress(_, .autoscaler1): "set spec.autoscalerOptions.version: v2"
    case .noAddress(_, .asked): "remove the annotation raymesh.io/node-address"
    case .noAddress(_, .overwrittenCommand): "remove the annotation ray.io/overwrite-container-cmd"
    case .noAddress(_, .rayTLS): "set spec.tlsOptions.enabled: false, because the mesh already encrypts"
    case .noAddress, .leftAlone, .takenIn, .moved, .removed, .oldFault, .untouched: nil
    case .foreignAddress, .guideAddress: "remove node-ip-address from rayStartParams"
    case .fewWorkerPorts: "widen the range from min-worker-port to max-worker-port, or raise --maximum-ports"
    case .unlistedWorkerPorts: "narrow the range from min-worker-port to max-worker-port, or raise --maximum-ports"
    case .proxyPorts: "set min-worker-port and max-worker-port to a range without 15000-15090"
    case .hidden(_, let name, _): "set \(name) to a plain number, or remove it"
    case .unlistedPorts: "state fewer ports, or raise --maximum-ports"
    case .dashboardGRPC: "remove dashboard-grpc-port from rayStartParams"
    case .disputedPort: "change the number or the name of the container port"
    case .servePorts(let variable): "remove \(variable) from the containers' env"
    }
  }
}

/// Checks that each managed RayCluster has its Service, and that Raymesh owns it.
enum ServiceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let clusters = seen.clusters.value, seen.services == nil else { return [] }
    let findings = clusters.compactMap { finding($0) }
    let right = clusters.count { if case .right? = $0.serviceState { true } else { false } }
    return right > 0 ? [Finding(.services, .ok, "Services", "\(right) up to date")] + findings : findings
  }

  private static let keeper =
    "see the check controller; or raymesh render cluster.yaml | kubectl apply --server-side -f -"

  private static func finding(_ cluster: ClusterState) -> Finding? {
    guard let state = cluster.serviceState, let name = cluster.service else { return nil }
    let subject = "Service \(cluster.namespace)/\(name)"
    switch state {
    // The cluster's own findings report it.
    case .refused, .right(waiting: nil): return nil
    case .right(waiting: let waiting?):
      return Finding(
        .services, .notice, subject, "still lists \(waiting) for pods that are older than the plan",
        fix: "nothing, or delete those pods to drop the ports")
    case .missing:
      return Finding(
        .services, .failure, subject, "not found: the pods of RayCluster \(cluster.name) have no DNS names", fix: keeper
      )
    case .different(let how): return Finding(.services, .warning, subject, how, fix: keeper)
    case .adoptable:
      return Finding(.services, .notice, subject, "waits for a controller to adopt it", fix: "see the check controller")
    case .conflict(let message):
      return Finding(
        .services, .failure, subject, message,
        fix:
          "kubectl -n \(cluster.namespace) annotate service \(name) raymesh.io/adopt=true, if it has no clusterIP; otherwise "
          + "kubectl -n \(cluster.namespace) delete service \(name)")
    }
  }
}
