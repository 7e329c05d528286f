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
