internal import Synchronization
internal import Transport

/// How far a server has come towards its end; asked by every connection.
final class ServerEnd: Sendable {
  /// A server's phases, in their order.
  enum Phase: Comparable {
    case serving
    /// Every response is the last on its connection; new connections are still let in.
    case leaving
    /// No connection is accepted, and new requests are told to go elsewhere.
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

  /// Whether a connection that has been idle since an instant stays open, though no other is accepted.
  func retains(idleSince since: Instant, _ limits: HTTPLimits) -> Bool {
    farewell(since: since, limits).map { .now < $0 } ?? false
  }

  /// Returns the deadline of a connection that has been idle since an instant, and the phase that ends its wait.
  /// After that deadline it gets one last read, until `draining`, which has come by then.
  func wait(
    idleSince since: Instant, until deadline: Instant, _ limits: HTTPLimits
  ) -> (deadline: Instant, phase: LoopPhase) {
    guard let farewell = farewell(since: since, limits) else { return (deadline, .closing) }
    return farewell <= .now ? (.now + limits.linger, .draining) : (min(deadline, farewell), .aborting)
  }

  /// Returns when a connection that has been idle since an instant must close; `nil` while the server accepts others.
  private func farewell(since: Instant, _ limits: HTTPLimits) -> Instant? {
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
