package import Kubernetes
package import Logging
package import RayPlan
package import Transport

/// Keeps the headless Service of every managed RayCluster up to date, on one replica at a time.
package struct RayClusterController: Sendable {
  /// The settings of a controller.
  package struct Settings: Sendable {
    /// The namespace of the Lease.
    package let namespace: String
    /// The name of the Lease.
    package let lease: String
    /// The identity of this replica, which no other has.
    package let identity: String
    /// How clusters are planned.
    package let options: PlanOptions
    /// When a cluster is reconciled again.
    var pauses = Pauses()

    /// The settings.
    package init(namespace: String, lease: String, identity: String, options: PlanOptions) {
      (self.namespace, self.lease, self.identity, self.options) = (namespace, lease, identity, options)
    }
  }

  private let access: ClusterAccess
  private let pauses: Pauses
  /// The watch of RayClusters, and the watches of what belongs to them.
  private let clusters: Reflector
  private let others: [Reflector]
  private let loop: EventLoop
  private let log: Logger
  private let work: WorkList
  private let caches: ObjectCaches
  private let leadership: Leadership
  private let keeper: LeaseKeeper
  private let reconciler: Reconciler
  private let counts = ReconcileCounts()

  /// - Parameter loop: the loop that everything runs on. The controller ends when it drains.
  package init(
    _ settings: Settings, access: ClusterAccess, clock: WallClock, on loop: EventLoop, log: Logger
  ) {
    (self.access, self.loop, self.log) = (access, loop, log)
    let (work, leadership) = (WorkList(), Leadership())
    // A replica that does not lead enqueues nothing. When it becomes the leader, it reconciles every cluster.
    let caches = ObjectCaches(options: settings.options) { if leadership.deadline != nil { work.add($0) } }
    (self.work, self.caches, self.leadership) = (work, caches, leadership)
    pauses = settings.pauses
    clusters = Reflector(caches.rayClusters, access: access, loop: loop, log: log)
    others = [caches.headlessServices, caches.rayPods].map { Reflector($0, access: access, loop: loop, log: log) }
    keeper = LeaseKeeper(
      key: ObjectKey(namespace: settings.namespace, name: settings.lease), access: access, loop: loop,
      leadership: leadership, clock: clock, log: log, identity: settings.identity
    ) { leads in if leads { work.add(caches.clusters.keys + caches.unreadable.keys) } else { work.clear() } }
    let events = EventRecorder(clock: clock, log: log)
    reconciler = Reconciler(
      caches: caches, events: events, clock: clock, work: work, leadership: leadership, pauses: settings.pauses)
  }

  /// Watches and reconciles until the loop drains or the task is canceled. Then it releases the Lease.
  package func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup { group in
        group.addTask(executorPreference: loop) { await clusters.run() }
        for reflector in others {
          group.addTask(executorPreference: loop) { await runOnceClustersAreListed(reflector) }
        }
        group.addTask(executorPreference: loop) { await lead() }
      }
    } onCancel: {
      drain()
    }
  }

  /// Watches what belongs to clusters, once those have been listed. Before that nobody can tell what to keep, and lists
  /// one after the other need less memory.
  private func runOnceClustersAreListed(_ reflector: Reflector) async {
    while !caches.clusters.isComplete {
      guard await loop.sleep(until: .now + .milliseconds(50), endedBy: .draining) else { return }
    }
    await reflector.run()
  }

  /// Reconciles while this replica leads. Another one may lead as soon as the last write is answered: watches write
  /// nothing, and may still wait for a list.
  private func lead() async {
    let election = await withTaskGroup(of: LeaderElection?.self) { group in
      for _ in 0..<RayClusterController.workers {
        group.addTask(executorPreference: loop) { await runWorker() }
      }
      group.addTask(executorPreference: loop) { await tick() }
      group.addTask(executorPreference: loop) { await keeper.run() }
      return await group.reduce(nil) { $1 ?? $0 }
    }
    if let election { await keeper.release(election) }
  }

  /// Why this replica could not act if it became the leader: what it has not listed since the start. It is `nil` once
  /// everything has been listed. A watch that breaks later is no obstacle, as it breaks for every replica.
  package var obstacle: String? { caches.missing }

  /// Ends the controller.
  package func drain() { loop.enter(.draining) }

  private func runWorker() async -> LeaderElection? {
    let client = KubernetesClient(access, on: loop)
    while let key = await work.next() {
      let result = await reconcile(key, by: client)
      if let result { counts.count(result) }
      work.done(key, again: result.flatMap { pauses.backoff(after: $0) })
    }
    return nil
  }

  /// Reconciles one cluster. Returns `nil` if this replica does not lead.
  private func reconcile(_ key: ObjectKey, by client: KubernetesClient) async -> ReconcileResult? {
    guard let mandate = leadership.deadline else { return nil }
    guard caches.areComplete else {
      work.add(key, after: .seconds(1))
      return nil
    }
    do throws(KubernetesError) {
      return try await reconciler.reconcile(key, by: client, until: min(mandate, .now + RayClusterController.patience))
    } catch {
      log.log(
        level: error.status?.isConflict == true ? .debug : .warning, "cannot apply service",
        metadata: ["cluster": "\(key)", "error": "\(error)"])
      return .failed
    }
  }

  /// Enqueues the clusters whose pause is over.
  private func tick() async -> LeaderElection? {
    while await loop.sleep(until: .now + .milliseconds(100), endedBy: .draining) { work.addDue() }
    work.close()
    return nil
  }

  /// The number of clusters that are reconciled at once, each over a connection of its own.
  private static let workers = 4
  /// How long all calls for one cluster may take.
  private static let patience = Duration.seconds(10)
}
