internal import Kubernetes
internal import Synchronization

/// The pods of all clusters, and which of a cluster's is the oldest.
final class PodIndex: Sendable {
  fileprivate struct State {
    var clusters: [ObjectKey: ObjectKey] = [:]
    var pods: [ObjectKey: [ObjectKey: RFC3339Time]] = [:]
    var isComplete = false
  }

  private let state = Mutex(State())

  /// Whether a whole list has come since the start.
  var isComplete: Bool { state.withLock { $0.isComplete } }

  /// When the pods of a cluster were made; `nil` where it has none.
  func ages(of cluster: ObjectKey) -> PodAges? {
    state.withLock { $0.pods[cluster].flatMap { PodAges(of: $0.values) } }
  }

  /// Takes note of a pod; gives the cluster of one that had its name before, and so has gone: a list says no more of it.
  func insert(_ pod: PodSlice) -> ObjectKey? {
    state.withLock { state in
      let creation = state.clusters[pod.key].flatMap { state.pods[$0]?[pod.key] }
      // Its label may have been changed.
      let cluster = state.remove(pod.key)
      defer { state.add(pod) }
      return cluster == pod.cluster && creation == pod.creation ? nil : cluster
    }
  }

  /// Takes note that a pod has gone; gives its cluster, where it had one.
  func remove(_ pod: ObjectKey) -> ObjectKey? { state.withLock { $0.remove(pod) } }

  /// Takes a whole list for all there is; gives the clusters of those that are not in it.
  func complete(with listed: Set<ObjectKey>) -> Set<ObjectKey> {
    state.withLock { state in
      state.isComplete = true
      return Set(state.clusters.keys.filter { !listed.contains($0) }.compactMap { state.remove($0) })
    }
  }
}

extension PodIndex.State {
  fileprivate mutating func add(_ pod: PodSlice) {
    clusters[pod.key] = pod.cluster
    pods[pod.cluster, default: [:]][pod.key] = pod.creation
  }

  fileprivate mutating func remove(_ pod: ObjectKey) -> ObjectKey? {
    guard let cluster = clusters.removeValue(forKey: pod) else { return nil }
    pods[cluster]?[pod] = nil
    if pods[cluster]?.isEmpty == true { pods[cluster] = nil }
    return cluster
  }
}
