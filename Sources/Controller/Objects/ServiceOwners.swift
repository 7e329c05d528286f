internal import Kubernetes
internal import Synchronization

/// Which managed cluster a Service belongs to by its name.
final class ServiceOwners: Sendable {
  private let clusters = Mutex<[ObjectKey: ObjectKey]>([:])

  /// The cluster whose Service is called so.
  subscript(service: ObjectKey) -> ObjectKey? { clusters.withLock { $0[service] } }

  /// Takes note that a cluster's Service is called otherwise; `nil` if it has none.
  func replace(_ old: ObjectKey?, by new: ObjectKey?, of cluster: ObjectKey) {
    guard old != new else { return }
    clusters.withLock { clusters in
      if let old, clusters[old] == cluster { clusters[old] = nil }
      if let new { clusters[new] = cluster }
    }
  }
}
