internal import Kubernetes
internal import Transport

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
