internal import Kubernetes
internal import Metrics
internal import Synchronization
internal import Transport

/// The work queue as several tasks share it. They wait while it is empty.
final class WorkList: Sendable {
  private struct State {
    var queue = WorkQueue<ObjectKey>()
    var waiting: [CheckedContinuation<Void, Never>] = []
    var isOpen = true
  }

  private let state = Mutex(State())
  private let depth = Gauge(label: ControllerMetrics.depth)
  private let latency = Timer(label: ControllerMetrics.latency)

  /// Enqueues a cluster.
  func add(_ key: ObjectKey) { change { $0.add(key, at: .now) } }

  /// Enqueues clusters.
  func add(_ keys: some Sequence<ObjectKey>) { change { for key in keys { $0.add(key, at: .now) } } }

  /// Enqueues a cluster after a pause.
  func add(_ key: ObjectKey, after pause: Duration) { change { $0.add(key, notBefore: .now + pause) } }

  /// Returns the next cluster, or `nil` once the queue is closed. Call `done` when the work on it has ended.
  func next() async -> ObjectKey? {
    while true {
      let (key, isOpen) = state.withLock { ($0.queue.take(at: .now), $0.isOpen) }
      guard isOpen else { return nil }
      if let (key, waited) = key {
        latency.record(duration: waited)
        recordDepth()
        return key
      }
      await withCheckedContinuation { continuation in
        let mayWait = state.withLock { state in
          guard state.queue.depth == 0, state.isOpen else { return false }
          state.waiting.append(continuation)
          return true
        }
        if !mayWait { continuation.resume() }
      }
    }
  }

  /// Records that the work on a cluster has ended. It comes back by the backoff, or not at all if that is `nil`.
  func done(_ key: ObjectKey, again backoff: Backoff?) {
    change { $0.done(key, again: backoff, at: .now, jitter: .random(in: 0...1)) }
  }

  /// Enqueues the clusters whose pause is over.
  func addDue() { change { $0.addDue(at: .now) } }

  /// Drops everything that waits.
  func clear() { change { $0.clear() } }

  /// Closes the queue and ends every wait.
  func close() {
    state.withLock { $0.isOpen = false }
    change { $0.clear() }
  }

  private func change(_ body: (inout WorkQueue<ObjectKey>) -> Void) {
    let waiting = state.withLock { state in
      body(&state.queue)
      guard state.queue.depth > 0 || !state.isOpen else { return [CheckedContinuation<Void, Never>]() }
      defer { state.waiting = [] }
      return state.waiting
    }
    recordDepth()
    for continuation in waiting { continuation.resume() }
  }

  private func recordDepth() { depth.record(state.withLock { $0.queue.depth }) }
}

/// A work queue that holds each key once, and never gives a key to two workers at a time.
///
/// A key that changes while somebody works on it is enqueued again afterwards, so no change is lost. A key that failed
/// comes back after a pause that doubles each time (client-go, `util/workqueue`).
struct WorkQueue<Key: Hashable> {
  private var ready: [Key] = []
  private var first = 0
  /// When each key was enqueued, whether it waits in the queue or for its worker.
  private var since: [Key: Instant] = [:]
  private var working: Set<Key> = []
  private var later: [Key: Instant] = [:]
  private var failures: [Key: Failures] = [:]

  /// How often in a row a key came back by the same backoff.
  private struct Failures {
    let backoff: Backoff
    var count = 0
  }

  /// The number of keys that can be taken now. Keys that come back later do not count.
  var depth: Int { ready.count - first }

  /// Enqueues a key.
  mutating func add(_ key: Key, at now: Instant) {
    guard since[key] == nil else { return }
    since[key] = now
    if !working.contains(key) { ready.append(key) }
  }

  /// Enqueues a key, but not before an instant.
  mutating func add(_ key: Key, notBefore instant: Instant) {
    later[key] = min(later[key] ?? instant, instant)
  }

  /// Takes the next key, and returns how long it waited. Call `done` when the work on it has ended.
  mutating func take(at now: Instant) -> (key: Key, waited: Duration)? {
    guard first < ready.count else { return nil }
    let key = ready[first]
    first += 1
    if first > 1000 || first == ready.count {
      ready.removeFirst(first)
      first = 0
    }
    working.insert(key)
    let waited = since.removeValue(forKey: key)?.duration(to: now) ?? .zero
    return (key, waited)
  }

  /// Records that the work on a key has ended.
  ///
  /// - Parameters:
  ///   - backoff: how the key comes back, or `nil` if it does not.
  ///   - jitter: from 0 to 1: how much of half the pause is left out, so that not all keys come back at once.
  mutating func done(_ key: Key, again backoff: Backoff?, at now: Instant, jitter: Double = 0) {
    working.remove(key)
    if since[key] != nil { ready.append(key) }
    guard let backoff else {
      failures[key] = nil
      return
    }
    var failed = failures[key].flatMap { $0.backoff == backoff ? $0 : nil } ?? Failures(backoff: backoff)
    // A key that is taken early, because something has changed, keeps no older appointment.
    later[key] = now + backoff.pause(after: failed.count, jitter: jitter)
    failed.count += 1
    failures[key] = failed
  }

  /// Enqueues the keys whose pause is over.
  mutating func addDue(at now: Instant) {
    for (key, instant) in later where instant <= now {
      later[key] = nil
      add(key, at: now)
    }
  }

  /// Drops what waits. Work that has begun goes on.
  mutating func clear() {
    for key in ready[first...] { since[key] = nil }
    for key in working { since[key] = nil }
    (ready, first, later, failures) = ([], 0, [:], [:])
  }
}

/// How long the controller waits before it reconciles a cluster again, by reason.
struct Pauses: Sendable {
  /// After a call that failed and may succeed the next time.
  var failures = Backoff.items
  /// After a call that the API server rejects until somebody changes an object or a right.
  var rejections = Backoff(first: .seconds(1), longest: .seconds(300))
  /// While another owner's Service has the name. No watch reports its changes unless it has Raymesh's label.
  var conflicts = Backoff(first: .seconds(30), longest: .seconds(300))
  /// While there are pods that their watch has not reported.
  var unseenPods = Duration.seconds(30)

  /// Returns the backoff after a reconciliation, or `nil` if there is nothing to wait for.
  func backoff(after result: ReconcileResult) -> Backoff? {
    switch result {
    case .failed: failures
    case .rejected: rejections
    case .conflict: conflicts
    case .created, .applied, .adopted, .unchanged, .gone, .refused, .unreadable: nil
    }
  }
}
