internal import Metrics

/// The metrics of the controller.
package enum ControllerMetrics {
  static let depth = "raymesh_queue_depth"
  static let latency = "raymesh_queue_seconds"
  static let reconciles = "raymesh_reconciles_total"
  static let leader = "raymesh_leader"
  static let managed = "raymesh_clusters_managed"

  /// The help texts of its metrics, by name.
  package static let help = [
    depth: "RayClusters that wait in the work queue.",
    latency: "How long a RayCluster waited in the work queue.",
    reconciles: "Reconciliations of RayClusters, by result.",
    leader: "Whether this replica is the leader: 1 or 0.",
    managed: "RayClusters that carry raymesh.io/managed.",
  ]
}

/// The result of one reconciliation.
enum ReconcileResult: String, CaseIterable, Sendable {
  case created
  case applied
  case adopted
  case unchanged
  /// There was nothing to do: the cluster is gone, or it is not managed.
  case gone
  case conflict
  case refused
  /// The RayCluster is too large, or not what an API server sends.
  case unreadable
  /// The API server rejects the write until somebody changes an object or a right.
  case rejected
  case failed
}

/// Counts reconciliations by result. Every series exists from the start.
struct ReconcileCounts: Sendable {
  private let counters: [ReconcileResult: Counter]

  init() {
    let each = ReconcileResult.allCases.map { result in
      (result, Counter(label: ControllerMetrics.reconciles, dimensions: [("result", result.rawValue)]))
    }
    counters = Dictionary(each) { first, _ in first }
  }

  func count(_ result: ReconcileResult) { counters[result]?.increment() }
}
