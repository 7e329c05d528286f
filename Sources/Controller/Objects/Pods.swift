internal import JSON
internal import Kubernetes
internal import Names
internal import Synchronization

/// An index of the pods of all clusters, by cluster and creation time.
final class PodIndex: Sendable {
  fileprivate struct State {
    var clusters: [ObjectKey: ObjectKey] = [:]
    var pods: [ObjectKey: [ObjectKey: RFC3339Time]] = [:]
    var isComplete = false
  }

  private let state = Mutex(State())

  /// Whether pods have been listed since the start.
  var isComplete: Bool { state.withLock { $0.isComplete } }

  /// Returns when the pods of a cluster were created, or `nil` if it has none.
  func ages(of cluster: ObjectKey) -> PodAges? {
    state.withLock { $0.pods[cluster].flatMap { PodAges(of: $0.values) } }
  }

  /// Adds a pod. Returns the cluster of an earlier pod of the same name, which is gone and which no list reports.
  func insert(_ pod: PodSlice) -> ObjectKey? {
    state.withLock { state in
      let creation = state.clusters[pod.key].flatMap { state.pods[$0]?[pod.key] }
      // Its label may have been changed.
      let cluster = state.remove(pod.key)
      defer { state.add(pod) }
      return cluster == pod.cluster && creation == pod.creation ? nil : cluster
    }
  }

  /// Removes a pod. Returns its cluster, if it had one.
  func remove(_ pod: ObjectKey) -> ObjectKey? { state.withLock { $0.remove(pod) } }

  /// Takes a list as complete. Returns the clusters of the pods that are not in it.
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

/// When the oldest and the newest of some pods were created, by the API server's clock.
struct PodAges: Hashable, Sendable {
  let oldest: RFC3339Time
  let newest: RFC3339Time

  /// Returns `nil` if there are none.
  init?(of creations: some Collection<RFC3339Time>) {
    guard let oldest = creations.min(), let newest = creations.max() else { return nil }
    (self.oldest, self.newest) = (oldest, newest)
  }
}

/// What is cached of a pod: its cluster and its creation time. Only its metadata is requested.
struct PodSlice: Hashable, Sendable {
  let key: ObjectKey
  let cluster: ObjectKey
  let creation: RFC3339Time

  /// - Throws: `JSONMismatch` if the object is not an API server's.
  init?(_ object: JSONElement) throws(JSONMismatch) {
    key = try ObjectIdentity(of: object).key
    let metadata = try object.requiredObject("metadata")
    guard let name = metadata.member("labels")?.member(Label.cluster)?.string,
      let creation = metadata.member("creationTimestamp")?.string.flatMap({ RFC3339Time($0) })
    else { return nil }
    cluster = ObjectKey(namespace: key.namespace, name: name)
    self.creation = creation
  }
}
