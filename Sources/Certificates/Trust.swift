internal import Metrics
internal import Synchronization
internal import Transport

/// Whether API servers trust the serving certificate, as probes report it.
package final class TrustStatus: Sendable {
  private struct State {
    var hasVerified = false
    var problem: String? = "no answer from the API server yet"
  }

  private let state = Mutex(State())
  private let verified = Gauge(label: AuthorityMetrics.verified)

  init() { verified.record(0) }

  /// Why this replica should get no requests: API servers have never trusted its certificate. It is `nil` afterwards,
  /// since later problems are the same for every replica, and turning all of them unready would not help.
  package var obstacle: String? { state.withLock { $0.hasVerified ? nil : $0.problem } }

  /// The current problem, or `nil` if there is none.
  package var problem: String? { state.withLock { $0.problem } }

  /// Records the current problem, or `nil` for none. Returns true if that has changed.
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

/// Since when authorities have stood in every caBundle, as far as this replica has seen.
struct TrustHistory {
  /// How long an authority must stand there to be settled.
  let settling: Duration
  private var since: [[UInt8]: Instant] = [:]
  private var version = ""

  init(settling: Duration) { self.settling = settling }

  /// Records the authorities that API servers are told to trust.
  ///
  /// - Parameters:
  ///   - authorities: the fingerprints of those that stand in every caBundle.
  ///   - version: the version of the configuration. Between two versions there may have been others that nobody has
  ///     seen.
  mutating func saw(
    _ authorities: some Sequence<[UInt8]>, in version: String, at now: Instant
  ) {
    let known = version == self.version ? since : [:]
    since = Dictionary(authorities.map { ($0, known[$0] ?? now) }) { first, _ in first }
    self.version = version
  }

  /// Records that the configuration cannot be read.
  mutating func lost() { (since, version) = ([:], "") }

  /// Returns the settled authorities.
  func settled(at now: Instant) -> Set<[UInt8]> {
    Set(since.filter { $0.value + settling <= now }.keys)
  }

  /// Returns when the next authority will be settled, or `nil` if all are.
  func settles(after now: Instant) -> Instant? {
    since.values.map { $0 + settling }.filter { $0 > now }.min()
  }
}
