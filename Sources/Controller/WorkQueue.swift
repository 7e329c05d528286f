internal import Kubernetes
internal import Metrics
internal import Synchronization
internal import Transport

/// The work queue as several tasks share it: they wait where it is empty.
final class WorkList: Sendable {
  private struct State {
    var queue = WorkQueue<ObjectKey>()
    var waiting: [CheckedContinuation<Void, Never>] = []
    var isOpen = true
  }

  private let state = Mutex(State())
  private let depth = Gauge(label: ControllerMetrics.depth)
  private let latency = Timer(label: ControllerMetrics.latency)

  /// Has a cluster looked at.
  func add(_ key: ObjectKey) { change { $0.add(key, at: .now) } }

  /// Has many looked at.
  func add(_ keys: some Sequence<ObjectKey>) { change { for key in keys { $0.add(key, at: .now) } } }

  /// Has a cluster looked at after a pause.
  func add(_ key: ObjectKey, after pause: Duration) { change { $0.add(key, notBefore: .now + pause) } }

  /// The next cluster; `nil` where there will be none any more. `done` with it at the end.
  func next() async -> ObjectKey? {
    while true {
      let (key, isOpen) = state.withLock { ($0.queue.take(at: .now), $0.isOpen) }
      guard isOpen else { return nil }
      if let (key, waited) = key {
        latency.record(duration: waited)
        tell()
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

  /// Takes note that a cluster has been looked at, and how to come back to it; `nil` if it need not be tried again.
  func done(_ key: ObjectKey, again backoff: Backoff?) {
    change { $0.done(key, again: backoff, at: .now, jitter: .random(in: 0...1)) }
  }

  /// Adds those whose pause is over.
  func ripen() { change { $0.ripen(at: .now) } }

  /// Forgets all that waits.
  func clear() { change { $0.clear() } }

  /// Ends every wait for work.
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
    tell()
    for continuation in waiting { continuation.resume() }
  }

  private func tell() { depth.record(state.withLock { $0.queue.depth }) }
}

/// What is to be looked at, each key once, and never one key by two at the same time.
///
/// A key that changes while somebody works on it is looked at again afterwards, so no change is lost. One that is to be
/// tried again comes back after a pause that doubles each time (client-go, `util/workqueue`).
struct WorkQueue<Key: Hashable> {
  private var ready: [Key] = []
  private var first = 0
  /// Since when a key waits to be looked at, in the queue or behind who works on it.
  private var since: [Key: Instant] = [:]
  private var working: Set<Key> = []
  private var later: [Key: Instant] = [:]
  private var failures: [Key: Failures] = [:]

  /// How often in a row a key was to be tried again by the same backoff.
  private struct Failures {
    let backoff: Backoff
    var count = 0
  }

  /// How many keys wait to be taken, those that are to come back later aside.
  var depth: Int { ready.count - first }

  /// Has a key looked at.
  mutating func add(_ key: Key, at now: Instant) {
    guard since[key] == nil else { return }
    since[key] = now
    if !working.contains(key) { ready.append(key) }
  }

  /// Has a key looked at, but not before an instant.
  mutating func add(_ key: Key, notBefore instant: Instant) {
    later[key] = min(later[key] ?? instant, instant)
  }

  /// The next key, and how long it has waited. `done` with it at the end.
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

  /// Takes note that a key has been worked on.
  ///
  /// - Parameters:
  ///   - backoff: how to come back to it, `nil` if it need not be tried again.
  ///   - jitter: from 0 to 1: how much of half the pause is left out, so that not all come back at once.
  mutating func done(_ key: Key, again backoff: Backoff?, at now: Instant, jitter: Double = 0) {
    working.remove(key)
    if since[key] != nil { ready.append(key) }
    guard let backoff else {
      failures[key] = nil
      return
    }
    var failed = failures[key].flatMap { $0.backoff == backoff ? $0 : nil } ?? Failures(backoff: backoff)
    // Whoever is looked at early, as something has changed, need not come back for the failure before that too.
    later[key] = now + backoff.pause(after: failed.count, jitter: jitter)
    failed.count += 1
    failures[key] = failed
  }

  /// Adds the keys whose time has come.
  mutating func ripen(at now: Instant) {
    for (key, instant) in later where instant <= now {
      later[key] = nil
      add(key, at: now)
    }
  }

  /// Forgets what waits: who works on a key goes on.
  mutating func clear() {
    for key in ready[first...] { since[key] = nil }
    for key in working { since[key] = nil }
    (ready, first, later, failures) = ([], 0, [:], [:])
  }
}

/// How long the controller waits before it looks at a cluster again, for each reason to do so.
struct Pauses: Sendable {
  /// After a call that failed and may succeed.
  var failures = Backoff.items
  /// After a call that the API server will refuse until somebody changes an object or a right.
  var rejections = Backoff(first: .seconds(1), longest: .seconds(300))
  /// While somebody else's Service has the name. Nobody tells of its changes unless it has Raymesh's label.
  var conflicts = Backoff(first: .seconds(30), longest: .seconds(300))
  /// While pods are there that their watch has not told of.
  var unseenPods = Duration.seconds(30)

  /// What to wait by after a look, `nil` if there is nothing to wait for.
  func backoff(after result: ReconcileResult) -> Backoff? {
    switch result {
    case .failed: failures
    case .rejected: rejections
    case .conflict: conflicts
    case .created, .applied, .adopted, .unchanged, .gone, .refused, .unreadable: nil
    }
  }
}
