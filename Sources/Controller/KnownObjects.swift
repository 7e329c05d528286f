internal import JSON
internal import Kubernetes
internal import Metrics
internal import RayMesh

/// What the watches have seen, and whom it concerns.
struct KnownObjects: Sendable {
  let clusters = ObjectStore<ManagedCluster>()
  let services = ObjectStore<LiveService>()
  let pods = PodIndex()
  let options: PlanOptions
  /// Has a cluster looked at.
  let touch: @Sendable (ObjectKey) -> Void
  private let managed = Gauge(label: ControllerMetrics.managed)

  init(options: PlanOptions, touch: @escaping @Sendable (ObjectKey) -> Void) {
    (self.options, self.touch) = (options, touch)
  }

  /// Whether all there is has been seen once. Before that nothing is decided: a cluster whose pods have not been seen
  /// yet would seem to have none.
  var areComplete: Bool { clusters.isComplete && services.isComplete && pods.isComplete }

  /// What to watch.
  var resources: [WatchedResource] { [rayClusters, headlessServices, rayPods] }

  private var rayClusters: WatchedResource {
    WatchedResource(
      name: "rayclusters", paths: ["/apis/ray.io/v1/rayclusters", "/apis/ray.io/v1alpha1/rayclusters"],
      isMetadataOnly: false,
      changed: { object throws(JSONMismatch) in
        let key = try ObjectIdentity(of: object).key
        let cluster = try ManagedCluster(object, options: options)
        let old = clusters.update(key, to: cluster)
        managed.record(clusters.count)
        if old != cluster { touch(key) }
      },
      deleted: { key in
        clusters.update(key, to: nil)
        managed.record(clusters.count)
        touch(key)
      },
      listed: { keys in
        for key in clusters.complete(with: keys).keys { touch(key) }
        managed.record(clusters.count)
        // What was listed is looked at, changed or not: this is the resync too.
        for key in clusters.keys { touch(key) }
      })
  }

  private var headlessServices: WatchedResource {
    WatchedResource(
      name: "services", paths: ["/api/v1/services"],
      selector: .labels("\(LiveService.label.key)=\(LiveService.label.value)"), isMetadataOnly: false,
      changed: { object throws(JSONMismatch) in
        let service = try LiveService(object)
        if services.update(service.identity.key, to: service) != service { touch(owner(of: service)) }
      },
      deleted: { key in if let service = services.update(key, to: nil) { touch(owner(of: service)) } },
      listed: { keys in
        for service in services.complete(with: keys).values { touch(owner(of: service)) }
      })
  }

  private var rayPods: WatchedResource {
    WatchedResource(
      name: "pods", paths: ["/api/v1/pods"], selector: .labels(PodSlice.label), isMetadataOnly: true,
      changed: { object throws(JSONMismatch) in
        if let pod = try PodSlice(object), let cluster = pods.insert(pod) { touch(cluster) }
      },
      deleted: { key in if let cluster = pods.remove(key) { touch(cluster) } },
      listed: { keys in for cluster in pods.complete(with: keys) { touch(cluster) } })
  }

  /// The cluster whose pods a Service selects: where somebody has changed that, by the Service's name.
  private func owner(of service: LiveService) -> ObjectKey {
    let (key, suffix) = (service.identity.key, "-headless-svc")
    let named = service.selector[PodSlice.label] ?? ""
    let stem = key.name.hasSuffix(suffix) ? String(key.name.dropLast(suffix.count)) : key.name
    let candidate = ObjectKey(namespace: key.namespace, name: stem)
    return clusters[candidate] == nil ? ObjectKey(namespace: key.namespace, name: named) : candidate
  }
}
