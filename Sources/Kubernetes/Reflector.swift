internal import HTTP
internal import JSON
package import Logging
internal import Metrics
package import Transport

/// Follows the objects of one kind: lists them page by page, watches from there, and restarts when the watch ends
/// (client-go, `tools/cache/reflector.go`).
package struct Reflector: Sendable {
  private let resource: WatchedResource
  private let access: ClusterAccess
  private let loop: EventLoop
  /// Reads the token for every attempt. A volume that hangs then holds one thread, however many attempts there are.
  private let files = FileThread()
  private let log: Logger
  private let restarts: [Restart: Counter]
  private let skipped: Counter

  /// A reflector, which does nothing until it runs.
  ///
  /// - Parameter loop: the loop that it runs on. It ends when the loop drains.
  package init(_ resource: WatchedResource, access: ClusterAccess, loop: EventLoop, log: Logger) {
    (self.resource, self.access, self.loop, self.log) = (resource, access, loop, log)
    let counters = Restart.allCases.map { reason in
      Counter(
        label: WatchMetrics.restarts, dimensions: [("resource", resource.name), ("reason", reason.rawValue)])
    }
    skipped = Counter(label: WatchMetrics.skipped, dimensions: [("resource", resource.name)])
    restarts = Dictionary(zip(Restart.allCases, counters)) { first, _ in first }
  }

  /// Why a watch restarted, for metrics.
  private enum Restart: String, CaseIterable {
    /// The server ends each watch after some minutes.
    case ended
    /// The requested version was too old, so everything is listed again.
    case gone
    /// The resync was due.
    case resync
    case failed
  }

  /// Runs until the loop drains.
  package func run() async {
    var progress = WatchProgress()
    repeat {
      let restart = await follow(&progress)
      restarts[restart]?.increment()
    } while await loop.sleep(until: .now + progress.pause(jitter: .random(in: 0...1)), endedBy: .draining)
  }

  /// Lists if that is due, and watches until the watch ends.
  private func follow(_ progress: inout WatchProgress) async -> Restart {
    do throws(KubernetesError) {
      if progress.mustList(at: .now) { try await list(&progress) }
      progress.begins(at: .now)
      try await watch(&progress)
      progress.ended(at: .now)
      return progress.mustList(at: .now) ? .resync : .ended
    } catch {
      progress.failed(error, at: .now)
      // At shutdown this is expected.
      guard error != .unreachable(.transport(.stopped)) else { return .failed }
      log.log(
        level: progress.isNews ? .warning : .debug, "watch failed, retrying",
        metadata: ["resource": "\(resource.name)", "error": "\(error)"])
      return error.status?.isGone == true ? .gone : .failed
    }
  }

  private func list(_ progress: inout WatchProgress) async throws(KubernetesError) {
    let client = KubernetesClient(access, on: loop, reading: files)
    let path = resource.paths[progress.path % resource.paths.count]
    var pages = ListReader(resource.list(of: path), by: client, patience: Reflector.patience)
    var listed: Set<ObjectKey> = []
    while let part = try await pages.next() {
      switch part {
      case .page(let page): for item in page.items { if let key = take(item) { listed.insert(key) } }
      case .skipped(let object):
        // The cached object stays, since it still exists.
        if let key = object.identity?.key { listed.insert(key) }
        logSkipped(object.name, object.reason)
        resource.skipped(object, path)
      }
      // There may be many pages, and shutdown should not wait for them.
      guard await loop.sleep(until: .now, endedBy: .draining) else { throw .unreachable(.transport(.stopped)) }
    }
    resource.listed(listed)
    progress.listed(at: pages.resourceVersion, .now)
  }

  private func watch(_ progress: inout WatchProgress) async throws(KubernetesError) {
    let client = KubernetesClient(access, on: loop, reading: files)
    let path = resource.paths[progress.path % resource.paths.count]
    let call = resource.watch(of: path, since: progress.version, seconds: .random(in: 300...600))
    let stream = try await client.watch(call, until: .now + Reflector.patience)
    while let event = try await stream.next(until: .now + Reflector.longestSilence, endedBy: .draining) {
      switch event {
      case .changed(let object):
        _ = take(object)
        progress.saw(object.version)
      case .deleted(let object):
        if let key = try? ObjectIdentity(of: object).key { resource.deleted(key) }
        progress.saw(object.version)
      case .bookmark(let version): progress.saw(version)
      case .failed(let status): throw .refused(status)
      case .unreadable(let reason):
        logSkipped("", reason)
        progress.skipped(at: .now)
      }
      if progress.mustList(at: .now) { return }
    }
  }

  /// Caches one object. An object that cannot be read must not hide the others.
  private func take(_ object: JSONElement) -> ObjectKey? {
    do throws(JSONMismatch) {
      let key = try ObjectIdentity(of: object).key
      try resource.changed(object)
      return key
    } catch {
      logSkipped("", error.description)
      return nil
    }
  }

  private func logSkipped(_ name: String, _ reason: String) {
    skipped.increment()
    var metadata: Logger.Metadata = ["resource": "\(resource.name)", "error": "\(reason)"]
    if !name.isEmpty { metadata["object"] = "\(name)" }
    log.warning("skipping unreadable object", metadata: metadata)
  }

  private static let patience = Duration.seconds(60)
  /// An API server sends a bookmark about once a minute (`bookmarkFrequency`, apiserver `storage/cacher`). After this
  /// long without a line, the connection is dead.
  private static let longestSilence = Duration.seconds(150)
}

extension JSONElement {
  /// The object's resource version, or empty if it has none.
  fileprivate var version: String { member("metadata")?.member("resourceVersion")?.string ?? "" }
}

/// The metrics of watches.
package enum WatchMetrics {
  static let restarts = "raymesh_watch_restarts_total"
  static let skipped = "raymesh_objects_skipped_total"

  /// The help texts of the metrics, by name.
  package static let help = [
    restarts: "Watch restarts, by resource and reason.",
    skipped: "Unreadable objects, by resource: too large, or not what an API server sends.",
  ]
}
