internal import Synchronization

/// Closed until somebody opens it; knows how many have come to it.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var visitors = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// A closed gate.
  public init() {}

  /// How many have come, let through or not.
  public var visitors: Int { state.withLock { $0.visitors } }

  /// Waits until it is open.
  public func passed() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.visitors += 1
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  /// Lets everybody through, from now on too.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
