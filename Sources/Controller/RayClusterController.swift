public import Kubernetes
public import Logging
public import RayPlan
public import Transport

/// Keeps the headless Service of every managed RayCluster as it should be, on one replica at a time.
public struct RayClusterController: Sendable {
  /// What an operator decides about it.
  public struct Settings: Sendable {
    /// The namespace of the Lease.
    public let namespace: String
    /// The Lease's name.
    public let lease: String
    /// Who this replica is, no two alike.
    public let identity: String
    /// How clusters are planned.
    public let options: PlanOptions
    /// When to look at a cluster again.
    var pauses = Pauses()

    /// The decisions.
    public init(namespace: String, lease: String, identity: String, options: PlanOptions) {
      (self.namespace, self.lease, self.identity, self.options) = (namespace, lease, identity, options)
    }
  }

  private let access: ClusterAccess
  private let pauses: Pauses
  /// The watch of RayClusters, and those that belong to them.
  private let clusters: Reflector
  private let others: [Reflector]
  private let loop: EventLoop
  private let log: Logger
  private let work: WorkList
  private let known: ObjectCaches
  private let leadership: Leadership
  private let keeper: LeaseKeeper
  private let reconciler: Reconciler
  private let counts = ReconcileCounts()

  /// - Parameter loop: what all of it runs on; when it drains, the controller ends.
  public init(
    _ settings: Settings, access: ClusterAccess, clock: WallClock, on loop: EventLoop, log: Logger
  ) {
    (self.access, self.loop, self.log) = (access, loop, log)
    let (work, leadership) = (WorkList(), Leadership())
    // A replica that does not lead lets nothing pile up: when it comes to lead, it looks at everything.
    let known = ObjectCaches(options: settings.options) { if leadership.deadline != nil { work.add($0) } }
    (self.work, self.known, self.leadership) = (work, known, leadership)
    pauses = settings.pauses
    clusters = Reflector(known.rayClusters, access: access, loop: loop, log: log)
    others = [known.headlessServices, known.rayPods].map { Reflector($0, access: access, loop: loop, log: log) }
    keeper = LeaseKeeper(
      key: ObjectKey(namespace: settings.namespace, name: settings.lease), access: access, loop: loop,
      leadership: leadership, clock: clock, log: log, identity: settings.identity
    ) { leads in if leads { work.add(known.clusters.keys + known.unreadable.keys) } else { work.clear() } }
    let events = EventRecorder(clock: clock, log: log)
    reconciler = Reconciler(
      known: known, events: events, clock: clock, work: work, leadership: leadership, pauses: settings.pauses)
  }

  /// Watches and applies until the loop drains or the task is cancelled, and lets another replica lead.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup { group in
        group.addTask(executorPreference: loop) { await clusters.run() }
        for reflector in others { group.addTask(executorPreference: loop) { await runOnceClustersAreKnown(reflector) } }
        group.addTask(executorPreference: loop) { await lead() }
      }
    } onCancel: {
      drain()
    }
  }

  /// Watches what belongs to clusters, once those are known: before that nobody can tell what is worth keeping, and
  /// lists that come one after the other need less memory.
  private func runOnceClustersAreKnown(_ reflector: Reflector) async {
    while !known.clusters.isComplete {
      guard await loop.sleep(until: .now + .milliseconds(50), endedBy: .draining) else { return }
    }
    await reflector.run()
  }

  /// Applies while this replica leads. Another may lead as soon as the last write is answered: watches write nothing, and
  /// a list may still be waited for.
  private func lead() async {
    let election = await withTaskGroup(of: LeaderElection?.self) { group in
      for _ in 0..<RayClusterController.workers {
        group.addTask(executorPreference: loop) { await workThrough() }
      }
      group.addTask(executorPreference: loop) { await tick() }
      group.addTask(executorPreference: loop) { await keeper.run() }
      return await group.reduce(nil) { $1 ?? $0 }
    }
    if let election { await keeper.release(election) }
  }

  /// Why this replica could not act if it led now: what the API server has not told it since the start. `nil` once it has
  /// listed everything: a watch that breaks later is no obstacle, as it would be one for every other replica too.
  public var obstacle: String? { known.missing }

  /// Ends the controller.
  public func drain() { loop.enter(.draining) }

  private func workThrough() async -> LeaderElection? {
    let client = KubernetesClient(access, on: loop)
    while let key = await work.next() {
      let result = await look(at: key, by: client)
      if let result { counts.count(result) }
      work.done(key, again: result.flatMap { pauses.backoff(after: $0) })
    }
    return nil
  }

  /// `nil` where this replica may not look: it does not lead.
  private func look(at key: ObjectKey, by client: KubernetesClient) async -> ReconcileResult? {
    guard let mandate = leadership.deadline else { return nil }
    guard known.areComplete else {
      work.add(key, after: .seconds(1))
      return nil
    }
    do throws(KubernetesError) {
      return try await reconciler.reconcile(key, by: client, until: min(mandate, .now + RayClusterController.patience))
    } catch {
      log.log(
        level: error.status?.isConflict == true ? .debug : .warning, "service not applied",
        metadata: ["cluster": "\(key)", "error": "\(error)"])
      return .failed
    }
  }

  /// Brings back what was put off.
  private func tick() async -> LeaderElection? {
    while await loop.sleep(until: .now + .milliseconds(100), endedBy: .draining) { work.ripen() }
    work.close()
    return nil
  }

  /// How many clusters are worked on at once, each with a connection of its own.
  private static let workers = 4
  /// For all calls about one cluster.
  private static let patience = Duration.seconds(10)
}
