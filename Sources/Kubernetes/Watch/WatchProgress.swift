internal import Transport

/// How far a watch has come, and what is to be done when it ends.
struct WatchProgress {
  /// From where to watch on.
  private(set) var version = ""
  /// Which of the resource's paths is tried.
  private(set) var path = 0
  private var relist: Instant?
  private var failures = 0
  /// How long the server wants to be left alone.
  private var asked = Duration.zero

  /// How often everything is listed again, in case that something was missed (client-go's `defaultResync` is as long in
  /// controller-runtime).
  static let resync = Duration.seconds(10 * 3600)

  /// Whether everything is to be listed before the next watch.
  func mustList(at now: Instant) -> Bool { relist.map { $0 <= now } ?? true }

  /// Whether the last failure is worth a line: the first, and then each that doubles them.
  var isNews: Bool { failures > 0 && failures & (failures - 1) == 0 }

  mutating func listed(at version: String, _ now: Instant) {
    self.version = version
    relist = now + WatchProgress.resync
    (failures, asked) = (0, .zero)
  }

  /// Takes note of what the watch has come to.
  mutating func saw(_ version: String) {
    if !version.isEmpty { self.version = version }
    (failures, asked) = (0, .zero)
  }

  /// Takes note that a list or a watch has failed.
  mutating func failed(_ error: KubernetesError) {
    failures += 1
    asked = error.status?.retryAfter ?? .zero
    guard let status = error.status else { return }
    // 410 says that our version is forgotten, 400 that it never was one. A server that is busy must not be asked for
    // everything.
    if [400, 404, 410].contains(status.code) { relist = nil }
    // It answers again, whatever was before: everything can be listed soon.
    if status.isGone { failures = 1 }
    if status.isNotFound { path += 1 }
  }

  /// How long to wait before the next try.
  func pause(jitter: Double) -> Duration {
    // Not none: a server may end each watch at once.
    failures == 0 ? .milliseconds(100) : max(asked, Backoff.watches.pause(after: failures - 1, jitter: jitter))
  }
}
