internal import HTTP
public import JSON
public import Transport

/// One line of a watch (`metav1.WatchEvent`).
public enum WatchEvent {
  /// An object as it is now, added or changed.
  case changed(JSONElement)
  case deleted(JSONElement)
  /// Nothing has happened up to a resource version.
  case bookmark(String)
  /// The watch ends; 410 where what it wants to see is forgotten.
  case failed(Status)
  /// A line that cannot be read, and why: it is too long, or no event. Others may follow.
  case unreadable(String)

  /// Reads a line.
  ///
  /// - Throws: `KubernetesError` where it is no event.
  public init(line: [UInt8]) throws(KubernetesError) {
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

/// The events of a watch that runs. It stays with its client's task.
public final class WatchStream {
  private let lines: ResponseLines

  init(_ lines: ResponseLines) { self.lines = lines }

  /// The next event; `nil` where the server has ended the watch, as it does every few minutes.
  ///
  /// - Parameter phase: the loop's phase that ends the wait.
  /// - Throws: `KubernetesError` where the connection breaks, or within a line.
  public func next(
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

/// How far a watch has come, and what is to be done when it ends.
struct WatchProgress {
  /// From where to watch on.
  private(set) var version = ""
  /// Which of the resource's paths is tried.
  private(set) var path = 0
  private var relist: Instant?
  /// Failures since something was seen last, for the log.
  private var failures = 0
  /// Those of them, and the watches that ended at once, since one has lasted: what the pauses grow by.
  private var streak = 0
  private var begun: Instant?
  private var hasSeen = false
  /// Whether the last failure was a version that is forgotten.
  private var isForgotten = false
  /// How long the server wants to be left alone.
  private var asked = Duration.zero

  /// How often everything is listed again, in case that something was missed (client-go's `defaultResync` is as long in
  /// controller-runtime).
  static let resync = Duration.seconds(10 * 3600)

  /// How long events that cannot be read wait for a list.
  private static let relistPause = Duration.seconds(60)
  /// What a watch must last, so that failures before it do not count.
  private static let steady = Duration.seconds(30)
  /// What a watch must last, or bring something, so as not to be one that is ended at once.
  private static let brief = Duration.milliseconds(200)

  /// Whether everything is to be listed before the next watch.
  func mustList(at now: Instant) -> Bool { relist.map { $0 <= now } ?? true }

  /// Whether the last failure is worth a line: the first, and then each that doubles them.
  var isNews: Bool { failures > 0 && failures & (failures - 1) == 0 }

  mutating func listed(at version: String, _ now: Instant) {
    self.version = version
    relist = now + WatchProgress.resync
    asked = .zero
  }

  /// Takes note that a watch begins.
  mutating func begins(at now: Instant) { (begun, hasSeen) = (now, false) }

  /// Takes note of what the watch has come to.
  mutating func saw(_ version: String) {
    if !version.isEmpty { self.version = version }
    (failures, streak, asked) = (0, 0, .zero)
    (hasSeen, isForgotten) = (true, false)
  }

  /// Takes note of an event that could not be read. A list tells which object that was, and there may be many such
  /// events.
  mutating func skipped(at now: Instant) {
    let soon = now + WatchProgress.relistPause
    relist = relist.map { min($0, soon) } ?? soon
  }

  /// Takes note that the server has ended a watch.
  mutating func ended(at now: Instant) {
    // Who ends each at once must not be asked all the time.
    let isHasty = !hasSeen && begun.map { now < $0 + WatchProgress.brief } ?? false
    let before = streak
    saw("")
    if isHasty { streak = before + 1 }
  }

  /// Takes note that a list or a watch has failed.
  mutating func failed(_ error: KubernetesError, at now: Instant) {
    if begun.map({ $0 + WatchProgress.steady <= now }) ?? false { (streak, isForgotten) = (0, false) }
    begun = nil
    (failures, streak) = (failures + 1, streak + 1)
    asked = error.status?.retryAfter ?? .zero
    guard let status = error.status else { return }
    // 410 says that our version is forgotten, 400 that it never was one. A server that is busy must not be asked for
    // everything.
    if [400, 404, 410].contains(status.code) { relist = nil }
    // It answers again, whatever was before: everything can be listed soon. But not again and again.
    if status.isGone { (failures, streak, isForgotten) = (1, isForgotten ? streak : 1, true) }
    if status.isNotFound { path += 1 }
  }

  /// How long to wait before the next try.
  func pause(jitter: Double) -> Duration {
    streak == 0 ? .milliseconds(100) : max(asked, Backoff.watches.pause(after: streak - 1, jitter: jitter))
  }
}
