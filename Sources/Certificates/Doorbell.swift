internal import Synchronization
internal import Transport

/// Tells one task that there is something to look at, now or later. What rings several times before it looks counts once.
final class Doorbell: Sendable {
  private struct State {
    var isRung = true
    var isOpen = true
    var later: Instant?
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Rings.
  func ring() { wake { $0.isRung = true } }

  /// Rings at a time, or earlier where somebody wants that.
  func ring(at instant: Instant) { state.withLock { $0.later = instant } }

  /// Takes note of the time.
  func tick(at now: Instant) {
    guard state.withLock({ $0.later.map { $0 <= now } ?? false }) else { return }
    wake { state in (state.later, state.isRung) = (nil, true) }
  }

  /// Lets nobody wait any more.
  func close() { wake { $0.isOpen = false } }

  /// Waits until it has been rung; false where it never will be again.
  func isRung() async -> Bool {
    await withCheckedContinuation { continuation in
      let mayWait = state.withLock { state in
        guard state.isOpen, !state.isRung else { return false }
        state.waiting = continuation
        return true
      }
      if !mayWait { continuation.resume() }
    }
    return state.withLock { state in
      defer { state.isRung = false }
      return state.isOpen
    }
  }

  private func wake(_ change: (inout sending State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume()
  }
}
