internal import Synchronization

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
    var closing: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  var phase: Phase { state.withLock(\.phase) }

  /// When the server stops to let anybody in; `nil` before it leaves.
  var closing: ContinuousClock.Instant? { state.withLock(\.closing) }

  /// Announces the end.
  func leave(closingAt instant: ContinuousClock.Instant) {
    state.withLock { state in
      state.phase = max(state.phase, .leaving)
      state.closing = state.closing ?? instant
    }
  }

  func close() { state.withLock { $0.phase = .closed } }
}
