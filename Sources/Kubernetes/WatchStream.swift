internal import HTTP
package import JSON
package import Transport

/// One line of a watch (`metav1.WatchEvent`).
package enum WatchEvent {
  /// An object that was added or changed.
  case changed(JSONElement)
  case deleted(JSONElement)
  /// Nothing has happened up to this resource version.
  case bookmark(String)
  /// The watch ends. The code is 410 if the requested version is too old.
  case failed(Status)
  /// A line that cannot be read, and the reason: it is too long, or not an event. Other lines may follow.
  case unreadable(String)

  /// Reads a line.
  ///
  /// - Throws: `KubernetesError` if the line is not an event.
  package init(line: [UInt8]) throws(KubernetesError) {
    do {
      let event = try JSONDocument(line).root
      let object = try event.requiredObject("object").asRoot
      switch try event.requiredString("type") {
      case "ADDED", "MODIFIED": self = .changed(object)
      case "DELETED": self = .deleted(object)
      case "BOOKMARK": self = .bookmark(try object.requiredObject("metadata").requiredString("resourceVersion"))
      case "ERROR": self = .failed(Status(object))
      case let other: throw KubernetesError.unreadable("a watch event of type \(other)")
      }
    } catch let error as KubernetesError { throw error } catch { throw .unreadable("\(error)") }
  }
}

/// The events of a running watch. The stream stays with its client's task.
package final class WatchStream {
  private let lines: ResponseLines

  init(_ lines: ResponseLines) { self.lines = lines }

  /// Returns the next event, or `nil` when the server has ended the watch, as it does every few minutes.
  ///
  /// - Parameter phase: the loop's phase that ends the wait.
  /// - Throws: `KubernetesError` if the connection breaks, or ends within a line.
  package func next(
    until deadline: Instant, endedBy phase: LoopPhase
  ) async throws(KubernetesError) -> WatchEvent? {
    let line: [UInt8]?
    do throws(HTTPClientError) { line = try await lines.next(until: deadline, endedBy: phase) } catch {
      if error.isTooLarge { return .unreadable(error.description) }
      throw .unreachable(error)
    }
    guard let line else { return nil }
    do throws(KubernetesError) { return try WatchEvent(line: line) } catch { return .unreadable(error.description) }
  }
}

/// The progress of a watch: the version it has come to, and what happens when it ends.
struct WatchProgress {
  /// The version to watch from.
  private(set) var version = ""
  /// The index of the path that is tried.
  private(set) var path = 0
  private var relist: Instant?
  /// The number of failures since the last event, for the log.
  private var failures = 0
  /// The number of failures, and of watches that ended at once, since a watch has lasted. The pauses grow with it.
  private var streak = 0
  private var begun: Instant?
  private var hasSeen = false
  /// Whether the last failure was a version that is too old.
  private var isForgotten = false
  /// How long the server asks to be left alone.
  private var asked = Duration.zero

  /// How often everything is listed again, in case an event was missed (controller-runtime's default is as long).
  static let resync = Duration.seconds(10 * 3600)

  /// How long unreadable events wait for a list.
  private static let relistPause = Duration.seconds(60)
  /// How long a watch must last so that earlier failures no longer count.
  private static let steady = Duration.seconds(30)
  /// How long a watch must last, unless it brings an event, so that it does not count as one that ended at once.
  private static let brief = Duration.milliseconds(200)

  /// Whether everything has to be listed before the next watch.
  func mustList(at now: Instant) -> Bool { relist.map { $0 <= now } ?? true }

  /// Whether the last failure deserves a line in the log: the first one, and then each that doubles the number.
  var isNews: Bool { failures > 0 && failures & (failures - 1) == 0 }

  mutating func listed(at version: String, _ now: Instant) {
    self.version = version
    relist = now + WatchProgress.resync
    asked = .zero
  }

  /// Records that a watch begins.
  mutating func begins(at now: Instant) { (begun, hasSeen) = (now, false) }

  /// Records the version that the watch has come to.
  mutating func saw(_ version: String) {
    if !version.isEmpty { self.version = version }
    (failures, streak, asked) = (0, 0, .zero)
    (hasSeen, isForgotten) = (true, false)
  }

  /// Records an event that could not be read. A list tells which object that was. There may be many such events.
  mutating func skipped(at now: Instant) {
    let soon = now + WatchProgress.relistPause
    relist = relist.map { min($0, soon) } ?? soon
  }

  /// Records that the server has ended a watch.
  mutating func ended(at now: Instant) {
    // A server that ends each watch at once must not be asked all the time.
    let isHasty = !hasSeen && begun.map { now < $0 + WatchProgress.brief } ?? false
    let before = streak
    saw("")
    if isHasty { streak = before + 1 }
  }

  /// Records that a list or a watch has failed.
  mutating func failed(_ error: KubernetesError, at now: Instant) {
    if begun.map({ $0 + WatchProgress.steady <= now }) ?? false { (streak, isForgotten) = (0, false) }
    begun = nil
    (failures, streak) = (failures + 1, streak + 1)
    asked = error.status?.retryAfter ?? .zero
    guard let status = error.status else { return }
    // 410 means that the version is too old, 400 that it is none. A busy server must not be asked for everything.
    if [400, 404, 410].contains(status.code) { relist = nil }
    // The server answers again, so everything can be listed soon, but not again and again.
    if status.isGone { (failures, streak, isForgotten) = (1, isForgotten ? streak : 1, true) }
    if status.isNotFound { path += 1 }
  }

  /// Returns how long to wait before the next attempt.
  func pause(jitter: Double) -> Duration {
    streak == 0 ? .milliseconds(100) : max(asked, Backoff.watches.pause(after: streak - 1, jitter: jitter))
  }
}
