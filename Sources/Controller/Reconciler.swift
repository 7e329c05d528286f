internal import HTTP
internal import JSON
internal import Kubernetes
internal import Logging
internal import Names
internal import RayPlan
internal import Transport

/// Brings a cluster's Service into its desired state.
struct Reconciler: Sendable {
  let caches: ObjectCaches
  let events: EventRecorder
  let clock: WallClock
  let work: WorkList
  let leadership: Leadership
  let pauses: Pauses

  /// Reconciles one cluster.
  ///
  /// - Parameter deadline: by when the last write must be answered.
  /// - Throws: `KubernetesError` if a call fails. The cluster is then reconciled again.
  func reconcile(
    _ key: ObjectKey, by client: KubernetesClient, until deadline: Instant
  ) async throws(KubernetesError) -> ReconcileResult {
    if let cluster = caches.unreadable[key] {
      let listener = Listener(cluster: cluster.reference, client: client, deadline: deadline)
      await tell(.unreadable, "the RayCluster cannot be read, so its Service stays: \(cluster.reason)", listener)
      return .unreadable
    }
    guard let cluster = caches.clusters[key] else {
      events.forget(key)
      return .gone
    }
    let request = Request(cluster: cluster, client: client, deadline: deadline)
    switch cluster.wish {
    case .refused(let why):
      await tell(.refused, "no Service: \(why)", request)
      return .refused
    case .service(let service):
      do throws(KubernetesError) { return try await apply(service, request) } catch {
        guard error.isLasting else { throw error }
        await tell(.rejected, "Service \(service.name) cannot be applied: \(error)", request)
        return .rejected
      }
    }
  }

  /// What one reconciliation is about.
  private struct Request {
    let cluster: ManagedCluster
    let client: KubernetesClient
    let deadline: Instant

    var listener: Listener { Listener(cluster: cluster.reference, client: client, deadline: deadline) }
  }

  /// The receiver of Events, and how to write them.
  private struct Listener {
    let cluster: ClusterReference
    let client: KubernetesClient
    let deadline: Instant
  }

  private func apply(_ service: HeadlessService, _ request: Request) async throws(KubernetesError) -> ReconcileResult {
    switch try await decision(for: service, over: live(service, request), request) {
    case .create(let draft):
      _ = try await write(create(draft), request, to: service)
      await tell(.created, "Service \(service.name) created with \(draft.ports.count) ports", request)
      return .created
    case .apply(let draft, let live):
      try await write(draft, over: live, request)
      await tell(.applied, "Service \(service.name) applied with \(draft.ports.count) ports", request)
      return await waiting(draft.waiting, after: .applied, request)
    case .adopt(let draft, let live):
      try await write(draft, over: live, request)
      await tell(.adopted, "Service \(service.name) taken over", request)
      return await waiting(draft.waiting, after: .adopted, request)
    case .leave(let words): return await waiting(words, after: .unchanged, request)
    case .conflict(let conflict):
      await tell(.conflict, conflict.message(service.name), request)
      return .conflict
    }
  }

  /// Decides by the cached pods. Their watch may be behind, so a port that they may use is only removed if the API
  /// server has no pods of the cluster either.
  private func decision(
    for service: HeadlessService, over live: LiveService?, _ request: Request
  ) async throws(KubernetesError) -> ServiceDecision {
    let ages = caches.pods.ages(of: request.cluster.key)
    let decision = decide(service, live, request, ages)
    guard ages == nil, !request.cluster.isSuspended, decision.takesPortsAway, let unseen = try await askForPods(request)
    else { return decision }
    // They may be gone before their watch reports them.
    work.add(request.cluster.key, after: pauses.unseenPods)
    return decide(service, live, request, unseen)
  }

  private func decide(
    _ service: HeadlessService, _ live: LiveService?, _ request: Request, _ ages: PodAges?
  ) -> ServiceDecision {
    // No pod was created after now, whatever our clock says.
    let now = max(clock.time(), ages?.newest ?? clock.time())
    return ServiceDecision(for: service, of: request.cluster, live: live, oldest: ages?.oldest, now: now)
  }

  private func askForPods(_ request: Request) async throws(KubernetesError) -> PodAges? {
    let key = request.cluster.key
    var call = APICall(
      .read, "/api/v1/namespaces/\(key.namespace)/pods",
      query: [("labelSelector", "\(Label<String>.cluster)=\(key.name)")])
    call.accept = WatchedResource.metadataList
    guard let mandate = leadership.deadline else { throw .unreachable(.transport(.stopped)) }
    var pages = ListReader(call, by: request.client, until: min(request.deadline, mandate))
    var creations: [RFC3339Time] = []
    while let part = try await pages.next() {
      // A pod that cannot be read exists all the same, and nothing that it may use can be removed.
      guard case .page(let page) = part else { throw .unreadable("the metadata of a pod of RayCluster \(key)") }
      do throws(JSONMismatch) {
        for item in page.items { if let pod = try PodSlice(item) { creations.append(pod.creation) } }
      } catch { throw .unreadable(error.description) }
    }
    return PodAges(of: creations)
  }

  /// Returns the cached Service, or asks for it: a Service that is not Raymesh's is not watched, and one that is older
  /// than its cluster's annotation is not cached.
  private func live(_ service: HeadlessService, _ request: Request) async throws(KubernetesError) -> LiveService? {
    let key = ObjectKey(namespace: service.namespace, name: service.name)
    if let cached = caches.services[key] { return cached }
    do throws(KubernetesError) {
      return try await answer(to: APICall(.read, path(service)), about: key, request)
    } catch {
      guard error.status?.isNotFound == true else { throw error }
      return nil
    }
  }

  /// Removes what has to go, and applies the rest.
  private func write(_ draft: ServiceDraft, over live: LiveService, _ request: Request) async throws(KubernetesError) {
    var identity = live.identity
    if let patch = draft.pruning(live) {
      let call = APICall(.merge, path(draft.service), query: Reconciler.manager, body: patch)
      identity = try await write(call, request, to: draft.service).identity
    }
    let call = APICall(
      .apply, path(draft.service), query: Reconciler.manager + [("force", "true")],
      body: draft.object(over: identity))
    _ = try await write(call, request, to: draft.service)
  }

  /// Writes, and caches the answer at once. The watch may report the Service only after the next reconciliation, and
  /// never reports one that is not Raymesh's yet.
  private func write(
    _ call: APICall, _ request: Request, to service: HeadlessService
  ) async throws(KubernetesError) -> LiveService {
    let key = ObjectKey(namespace: service.namespace, name: service.name)
    return try await answer(to: call, about: key, request)
  }

  /// Returns the Service that the API server answers with, and caches it.
  private func answer(
    to call: APICall, about key: ObjectKey, _ request: Request
  ) async throws(KubernetesError) -> LiveService {
    caches.services.beginWrite(of: key)
    let document = try await ask(call, request)
    do throws(JSONMismatch) {
      let service = try LiveService(document.root, for: request.cluster)
      if service.isOurs { caches.services.endWrite(of: key, with: service) }
      return service
    } catch { throw .unreadable(error.description) }
  }

  /// Asks the API server, as long as this replica leads. It may have lost the Lease since the last call.
  private func ask(_ call: APICall, _ request: Request) async throws(KubernetesError) -> JSONDocument {
    guard let mandate = leadership.deadline else { throw .unreachable(.transport(.stopped)) }
    return try await request.client.send(call, until: min(request.deadline, mandate))
  }

  private func create(_ draft: ServiceDraft) -> APICall {
    APICall(
      .create, "/api/v1/namespaces/\(draft.service.namespace)/services", query: Reconciler.manager,
      body: draft.object())
  }

  private func waiting(_ words: String?, after result: ReconcileResult, _ request: Request) async -> ReconcileResult {
    if let words {
      await tell(
        .waits, "ports of running pods stay until those pods are gone or the cluster is suspended: \(words)", request)
    }
    return result
  }

  private func tell(_ reason: ClusterEvent.Reason, _ message: String, _ request: Request) async {
    await tell(reason, message, request.listener)
  }

  private func tell(_ reason: ClusterEvent.Reason, _ message: String, _ listener: Listener) async {
    guard leadership.deadline != nil else { return }
    await events.record(
      ClusterEvent(reason: reason, message: message), about: listener.cluster, by: listener.client,
      until: listener.deadline)
  }

  private func path(_ service: HeadlessService) -> String {
    "/api/v1/namespaces/\(service.namespace)/services/\(service.name)"
  }

  private static let manager = [(name: "fieldManager", value: "raymesh")]
}
