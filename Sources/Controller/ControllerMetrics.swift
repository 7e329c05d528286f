internal import Metrics

/// What the controller counts.
public enum ControllerMetrics {
  static let depth = "raymesh_queue_depth"
  static let latency = "raymesh_queue_seconds"
  static let reconciles = "raymesh_reconciles_total"
  static let leader = "raymesh_leader"
  static let managed = "raymesh_clusters_managed"

  /// What its metrics mean, by name.
  public static let help = [
    depth: "RayClusters that wait to be looked at.",
    latency: "How long a RayCluster waited to be looked at.",
    reconciles: "RayClusters looked at, by what came of it.",
    leader: "Whether this replica applies Services: 1 or 0.",
    managed: "RayClusters that carry raymesh.io/managed.",
  ]
}

/// What came of looking at a cluster, from a closed set.
enum ReconcileResult: String, CaseIterable, Sendable {
  case created
  case applied
  case adopted
  case unchanged
  /// Nothing to do: the cluster has gone, or is not managed.
  case gone
  case conflict
  case refused
  /// The RayCluster is too large, or not what an API server sends.
  case unreadable
  /// The API server refuses the write, and will until somebody changes an object or a right.
  case rejected
  case failed
}

/// Counts of what came of looking at clusters; every series is there from the start.
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
