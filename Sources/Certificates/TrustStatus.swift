internal import Metrics
internal import Synchronization

/// Whether API servers trust the serving certificate, as probes tell it.
public final class TrustStatus: Sendable {
  private struct State {
    var hasVerified = false
    var problem: String? = "no answer from the API server yet"
  }

  private let state = Mutex(State())
  private let verified = Gauge(label: AuthorityMetrics.verified)

  init() { verified.record(0) }

  /// Why this replica should not be asked: API servers have never been told to trust its certificate; else `nil`. Later
  /// on, what is wrong is wrong for every replica, and to be red would not help.
  public var obstacle: String? { state.withLock { $0.hasVerified ? nil : $0.problem } }

  /// What is wrong now, `nil` where nothing is.
  public var problem: String? { state.withLock { $0.problem } }

  /// Takes note of what is wrong, `nil` for nothing; true where that is news.
  func set(_ problem: String?) -> Bool {
    verified.record(problem == nil ? 1 : 0)
    return state.withLock { state in
      defer { state.problem = problem }
      let isFirst = problem == nil && !state.hasVerified
      state.hasVerified = state.hasVerified || problem == nil
      return isFirst || state.problem != problem
    }
  }
}
