internal import JSON
internal import Kubernetes
internal import Metrics
internal import Names
internal import RayPlan
internal import Synchronization

/// What the watches have seen of managed clusters, and which cluster it concerns.
struct ObjectCaches: Sendable {
  let clusters = ObjectStore<ManagedCluster>()
  /// The Services that have the name of a managed cluster's: whatever others call theirs costs nothing here.
  let services = ObjectStore<LiveService>()
  let pods = PodIndex()
  /// RayClusters that cannot be read, managed or not: nobody can tell.
  let unreadable = ObjectStore<UnreadableCluster>()
  let options: PlanOptions
  /// Has a cluster looked at.
  let touch: @Sendable (ObjectKey) -> Void
  private let owners = ServiceOwners()
  private let managed = Gauge(label: ControllerMetrics.managed)

  init(options: PlanOptions, touch: @escaping @Sendable (ObjectKey) -> Void) {
    (self.options, self.touch) = (options, touch)
  }

  /// Whether all there is has been seen once. Before that nothing is decided: a cluster whose pods have not been seen
  /// yet would seem to have none.
  var areComplete: Bool { missing == nil }

  /// What has not been listed since the start; `nil` once everything has been.
  var missing: String? {
    if !clusters.isComplete { return "RayClusters have not been listed yet" }
    if !services.isComplete { return "Services have not been listed yet" }
    return pods.isComplete ? nil : "pods have not been listed yet"
  }

  /// The clusters. The others are only understood when these are known.
  var rayClusters: WatchedResource {
    WatchedResource(
      name: "rayclusters", paths: [APIVersion<String>.ray, APIVersion.rayAlpha].map { "/apis/\($0)/rayclusters" },
      isMetadataOnly: false,
      changed: { object throws(JSONMismatch) in
        let key = try ObjectIdentity(of: object).key
        let isNew = replace(key, by: try ManagedCluster(object, options: options))
        if unreadable.update(key, to: nil) != nil || isNew { touch(key) }
      },
      deleted: { key in
        _ = replace(key, by: nil)
        unreadable.update(key, to: nil)
        touch(key)
      },
      listed: { keys in
        for (key, cluster) in clusters.complete(with: keys) {
          owners.replace(cluster.service, by: nil, of: key)
          touch(key)
        }
        _ = unreadable.complete(with: keys)
        managed.record(clusters.count)
        for key in clusters.keys { touch(key) }  // Changed or not: this is the resync too.
      },
      skipped: skip)
  }

  /// Takes note of a cluster that is too large to read, or cannot be read.
  private func skip(_ object: SkippedObject, at path: String) {
    guard let identity = object.identity else { return }
    let version = path.split(separator: "/").dropFirst().prefix(2).joined(separator: "/")
    let reference = ClusterReference(key: identity.key, uid: identity.uid, apiVersion: version)
    unreadable.update(identity.key, to: UnreadableCluster(reference: reference, reason: object.reason))
    touch(identity.key)
  }

  /// Puts a cluster in the place of what was known of it, `nil` if it is not managed; true if anything is new.
  private func replace(_ key: ObjectKey, by cluster: ManagedCluster?) -> Bool {
    let old = clusters.update(key, to: cluster)
    owners.replace(old?.service, by: cluster?.service, of: key)
    // What was read for another cluster is not what it is for this one.
    if old?.uid != cluster?.uid || old?.service != cluster?.service, let service = old?.service {
      services.update(service, to: nil)
    }
    managed.record(clusters.count)
    return old != cluster
  }

  var headlessServices: WatchedResource {
    WatchedResource(
      name: "services", paths: ["/api/v1/services"],
      selector: .labels("\(Label<String>.managedBy)=\(WellKnown<String>.program)"), isMetadataOnly: false,
      changed: { object throws(JSONMismatch) in
        let key = try ObjectIdentity(of: object).key
        guard let owner = owners[key], let cluster = clusters[owner] else { return }
        let service = try LiveService(object, for: cluster)
        if services.update(key, to: service) != service { touch(owner) }
      },
      deleted: { key in
        services.update(key, to: nil)
        if let owner = owners[key] { touch(owner) }
      },
      listed: { keys in
        for key in services.complete(with: keys).keys { if let owner = owners[key] { touch(owner) } }
      })
  }

  var rayPods: WatchedResource {
    WatchedResource(
      name: "pods", paths: ["/api/v1/pods"], selector: .labels(Label.cluster), isMetadataOnly: true,
      changed: { object throws(JSONMismatch) in
        if let pod = try PodSlice(object), let cluster = pods.insert(pod) { touch(cluster) }
      },
      deleted: { key in if let cluster = pods.remove(key) { touch(cluster) } },
      listed: { keys in for cluster in pods.complete(with: keys) { touch(cluster) } })
  }
}

/// A RayCluster that cannot be read, and why.
struct UnreadableCluster: Hashable, Sendable {
  let reference: ClusterReference
  let reason: String
}

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

/// What is known of the objects of one kind, as far as their watch has come.
final class ObjectStore<Slice: Sendable>: Sendable {
  private struct State {
    var slices: [ObjectKey: Slice] = [:]
    /// Those of which the watch has told nothing since a write of them began.
    var writes: Set<ObjectKey> = []
    var isComplete = false
  }

  private let state = Mutex(State())

  /// Whether a whole list has come since the start.
  var isComplete: Bool { state.withLock { $0.isComplete } }
  var count: Int { state.withLock { $0.slices.count } }
  var keys: [ObjectKey] { state.withLock { Array($0.slices.keys) } }

  subscript(key: ObjectKey) -> Slice? { state.withLock { $0.slices[key] } }

  /// Puts one in the place of what was known of it, `nil` where there is none any more; gives what was known.
  @discardableResult
  func update(_ key: ObjectKey, to slice: Slice?) -> Slice? {
    state.withLock { state in
      state.writes.remove(key)
      defer { state.slices[key] = slice }
      return state.slices[key]
    }
  }

  /// Takes note that one is about to be written.
  func beginWrite(of key: ObjectKey) { state.withLock { _ = $0.writes.insert(key) } }

  /// Puts what a write has answered in the place of what was known. Where the watch has told anything meanwhile, that
  /// stays: it is newer, or this comes after it. To compare what is known would not do: it may have come and gone.
  func endWrite(of key: ObjectKey, with slice: Slice) {
    state.withLock { state in if state.writes.remove(key) != nil { state.slices[key] = slice } }
  }

  /// Takes a whole list for all there is; gives what was known and is not in it.
  func complete(with listed: Set<ObjectKey>) -> [ObjectKey: Slice] {
    state.withLock { state in
      let gone = state.slices.filter { !listed.contains($0.key) }
      for key in gone.keys { state.slices[key] = nil }
      state.writes = []
      state.isComplete = true
      return gone
    }
  }
}
