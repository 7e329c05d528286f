internal import Synchronization
internal import Transport

/// How far a server has come towards its end; asked by every connection.
final class ServerEnd: Sendable {
  /// A server's phases, in their order.
  enum Phase: Comparable {
    case serving
    /// Every response is the last on its connection; new connections are still let in.
    case leaving
    /// Nobody is let in any more, and requests that come now are told to go elsewhere.
    case closed
  }

  private struct State {
    var phase = Phase.serving
    var leaving: Instant?
    var closing: Instant?
  }

  private let state = Mutex(State())

  var phase: Phase { state.withLock(\.phase) }

  /// When the server stops to let anybody in; `nil` before it leaves.
  var closing: Instant? { state.withLock(\.closing) }

  /// Until when somebody stays who has been idle since an instant; `nil` while anybody is let in.
  func farewell(since: Instant, _ limits: HTTPLimits) -> Instant? {
    state.withLock { state in
      guard state.phase == .closed, let leaving = state.leaving else { return nil }
      return max(since, leaving) + limits.idleWhenLeaving
    }
  }

  /// Announces the end.
  func leave(closingAt instant: Instant) {
    state.withLock { state in
      state.phase = max(state.phase, .leaving)
      state.leaving = state.leaving ?? .now
      state.closing = state.closing ?? instant
    }
  }

  func close() {
    state.withLock { state in
      state.phase = .closed
      state.leaving = state.leaving ?? .now
    }
  }
}
