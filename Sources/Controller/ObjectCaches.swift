internal import JSON
internal import Kubernetes
internal import Metrics
internal import Names
internal import RayPlan
internal import Synchronization

/// The caches of managed clusters, their Services and their pods, which the watches fill.
struct ObjectCaches: Sendable {
  let clusters = ObjectStore<ManagedCluster>()
  /// The Services that have the name of a managed cluster's Service. Other Services take no memory.
  let services = ObjectStore<LiveService>()
  let pods = PodIndex()
  /// The RayClusters that cannot be read. Nobody can tell whether they are managed.
  let unreadable = ObjectStore<UnreadableCluster>()
  let options: PlanOptions
  /// Enqueues a cluster.
  let enqueue: @Sendable (ObjectKey) -> Void
  private let owners = ServiceOwners()
  private let managed = Gauge(label: ControllerMetrics.managed)

  init(options: PlanOptions, enqueue: @escaping @Sendable (ObjectKey) -> Void) {
    (self.options, self.enqueue) = (options, enqueue)
  }

  /// Whether each kind has been listed once. Until then nothing is decided: a cluster whose pods have not been listed
  /// yet would seem to have none.
  var areComplete: Bool { missing == nil }

  /// The kind that has not been listed since the start, or `nil` once all have been.
  var missing: String? {
    if !clusters.isComplete { return "RayClusters have not been listed yet" }
    if !services.isComplete { return "Services have not been listed yet" }
    return pods.isComplete ? nil : "pods have not been listed yet"
  }

  /// The watch of RayClusters. The other watches rely on what it finds.
  var rayClusters: WatchedResource {
    WatchedResource(
      name: "rayclusters", paths: [APIVersion<String>.ray, APIVersion.rayAlpha].map { "/apis/\($0)/rayclusters" },
      isMetadataOnly: false,
      changed: { object throws(JSONMismatch) in
        let key = try ObjectIdentity(of: object).key
        let isNew = replace(key, by: try ManagedCluster(object, options: options))
        if unreadable.update(key, to: nil) != nil || isNew { enqueue(key) }
      },
      deleted: { key in
        _ = replace(key, by: nil)
        unreadable.update(key, to: nil)
        enqueue(key)
      },
      listed: { keys in
        for (key, cluster) in clusters.complete(with: keys) {
          owners.replace(cluster.service, by: nil, of: key)
          enqueue(key)
        }
        _ = unreadable.complete(with: keys)
        managed.record(clusters.count)
        for key in clusters.keys { enqueue(key) }  // Changed or not: this is the resync too.
      },
      skipped: skip)
  }

  /// Caches a cluster that is too large or cannot be read.
  private func skip(_ object: SkippedObject, at path: String) {
    guard let identity = object.identity else { return }
    let version = path.split(separator: "/").dropFirst().prefix(2).joined(separator: "/")
    let reference = ClusterReference(key: identity.key, uid: identity.uid, apiVersion: version)
    unreadable.update(identity.key, to: UnreadableCluster(reference: reference, reason: object.reason))
    enqueue(identity.key)
  }

  /// Replaces a cluster in the cache, by `nil` if it is not managed. Returns true if anything has changed.
  private func replace(_ key: ObjectKey, by cluster: ManagedCluster?) -> Bool {
    let old = clusters.update(key, to: cluster)
    owners.replace(old?.service, by: cluster?.service, of: key)
    // A Service that was read for another cluster may mean something else for this one.
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
        if services.update(key, to: service) != service { enqueue(owner) }
      },
      deleted: { key in
        services.update(key, to: nil)
        if let owner = owners[key] { enqueue(owner) }
      },
      listed: { keys in
        for key in services.complete(with: keys).keys { if let owner = owners[key] { enqueue(owner) } }
      })
  }

  var rayPods: WatchedResource {
    WatchedResource(
      name: "pods", paths: ["/api/v1/pods"], selector: .labels(Label.cluster), isMetadataOnly: true,
      changed: { object throws(JSONMismatch) in
        if let pod = try PodSlice(object), let cluster = pods.insert(pod) { enqueue(cluster) }
      },
      deleted: { key in if let cluster = pods.remove(key) { enqueue(cluster) } },
      listed: { keys in for cluster in pods.complete(with: keys) { enqueue(cluster) } })
  }
}

/// A RayCluster that cannot be read, and the reason.
struct UnreadableCluster: Hashable, Sendable {
  let reference: ClusterReference
  let reason: String
}

/// Maps a Service to the managed cluster that it belongs to by its name.
final class ServiceOwners: Sendable {
  private let clusters = Mutex<[ObjectKey: ObjectKey]>([:])

  /// The cluster whose Service has this name.
  subscript(service: ObjectKey) -> ObjectKey? { clusters.withLock { $0[service] } }

  /// Records that a cluster's Service has another name, or none.
  func replace(_ old: ObjectKey?, by new: ObjectKey?, of cluster: ObjectKey) {
    guard old != new else { return }
    clusters.withLock { clusters in
      if let old, clusters[old] == cluster { clusters[old] = nil }
      if let new { clusters[new] = cluster }
    }
  }
}

/// A cache of the objects of one kind, as far as their watch has come.
final class ObjectStore<Slice: Sendable>: Sendable {
  private struct State {
    var slices: [ObjectKey: Slice] = [:]
    /// The objects that the watch has not reported since a write of them began.
    var writes: Set<ObjectKey> = []
    var isComplete = false
  }

  private let state = Mutex(State())

  /// Whether the kind has been listed since the start.
  var isComplete: Bool { state.withLock { $0.isComplete } }
  var count: Int { state.withLock { $0.slices.count } }
  var keys: [ObjectKey] { state.withLock { Array($0.slices.keys) } }

  subscript(key: ObjectKey) -> Slice? { state.withLock { $0.slices[key] } }

  /// Replaces an object, by `nil` if it is gone. Returns what was cached before.
  @discardableResult
  func update(_ key: ObjectKey, to slice: Slice?) -> Slice? {
    state.withLock { state in
      state.writes.remove(key)
      defer { state.slices[key] = slice }
      return state.slices[key]
    }
  }

  /// Records that an object is about to be written.
  func beginWrite(of key: ObjectKey) { state.withLock { _ = $0.writes.insert(key) } }

  /// Caches the answer to a write, unless the watch has reported the object meanwhile: that report is newer, or the
  /// next one will be. Comparing the cached object would not do, since it may have come and gone.
  func endWrite(of key: ObjectKey, with slice: Slice) {
    state.withLock { state in if state.writes.remove(key) != nil { state.slices[key] = slice } }
  }

  /// Takes a list as complete. Returns the cached objects that are not in it.
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
