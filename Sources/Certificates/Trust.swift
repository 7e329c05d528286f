internal import Metrics
internal import Synchronization
internal import Transport

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

/// Since when authorities have stood in every caBundle, as far as this replica has seen.
struct TrustHistory {
  /// For how long an authority must have stood there.
  let settling: Duration
  private var since: [[UInt8]: Instant] = [:]
  private var version = ""

  init(settling: Duration) { self.settling = settling }

  /// Takes note of whom API servers are told to trust.
  ///
  /// - Parameters:
  ///   - authorities: the fingerprints of those that stand in every caBundle.
  ///   - version: of the configuration: between two of them there may have been others, which nobody has seen.
  mutating func saw(
    _ authorities: some Sequence<[UInt8]>, in version: String, at now: Instant
  ) {
    let known = version == self.version ? since : [:]
    since = Dictionary(authorities.map { ($0, known[$0] ?? now) }) { first, _ in first }
    self.version = version
  }

  /// Takes note that nobody knows what stands there.
  mutating func lost() { (since, version) = ([:], "") }

  /// Those that have stood there for long enough.
  func settled(at now: Instant) -> Set<[UInt8]> {
    Set(since.filter { $0.value + settling <= now }.keys)
  }

  /// When the next of them will have; `nil` where all have.
  func settles(after now: Instant) -> Instant? {
    since.values.map { $0 + settling }.filter { $0 > now }.min()
  }
}
