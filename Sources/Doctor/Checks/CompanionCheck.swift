internal import Controller

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
