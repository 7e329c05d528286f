internal import Synchronization
internal import Transport

/// Wakes one task, now or later. Several rings before the task wakes count as one.
final class Doorbell: Sendable {
  private struct State {
    var isRung = true
    var isOpen = true
    var later: Instant?
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Rings now.
  func ring() { wake { $0.isRung = true } }

  /// Rings at a time, unless somebody rings earlier.
  func ring(at instant: Instant) { state.withLock { $0.later = instant } }

  /// Rings if its time has come.
  func tick(at now: Instant) {
    guard state.withLock({ $0.later.map { $0 <= now } ?? false }) else { return }
    wake { state in (state.later, state.isRung) = (nil, true) }
  }

  /// Ends every wait.
  func close() { wake { $0.isOpen = false } }

  /// Waits until the bell rings. Returns false if it never will again.
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
