internal import JSON
internal import Kubernetes
internal import Logging
internal import Synchronization
internal import Transport

/// Writes Events about RayClusters. If a write fails the controller goes on, since the log has the message too.
final class EventRecorder: Sendable {
  private let events = Mutex(EventLog())
  private let clock: WallClock
  private let log: Logger

  init(clock: WallClock, log: Logger) { (self.clock, self.log) = (clock, log) }

  /// Writes an Event for the owner of a cluster.
  func record(
    _ event: ClusterEvent, about cluster: ClusterReference, by client: KubernetesClient,
    until deadline: Instant
  ) async {
    let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
    let entry = events.withLock {
      $0.entry(for: event, about: cluster.key, uid: cluster.uid, at: .now, suffix: suffix)
    }
    guard let entry else { return }
    log.log(
      level: event.reason.isWarning ? .warning : .info, "cluster event",
      metadata: ["cluster": "\(cluster.key)", "reason": "\(event.reason.rawValue)", "message": "\(event.message)"])
    do throws(KubernetesError) {
      _ = try await client.send(call(entry, event, cluster), until: deadline)
    } catch {
      events.withLock { $0.lost(event, about: cluster.key) }
      log.debug("cannot write event", metadata: ["error": "\(error)"])
    }
  }

  /// Forgets a cluster that is gone.
  func forget(_ cluster: ObjectKey) { events.withLock { $0.forget(cluster) } }

  private func call(_ entry: EventLog.Entry, _ event: ClusterEvent, _ cluster: ClusterReference) -> APICall {
    let path = "/api/v1/namespaces/\(cluster.key.namespace)/events"
    switch entry {
    case .new(let name):
      return APICall(.create, path, body: event.object(about: cluster, named: name, at: clock.time()))
    case .again(let name, let count):
      return APICall(
        .merge, "\(path)/\(name)",
        body: ["count": .integer(Int64(count)), "lastTimestamp": .string(clock.time().description)])
    }
  }
}

/// Decides which Events to write. A repeated Event only raises the count of the first, now and then, and each cluster
/// has a budget of Events (client-go, `tools/record/events_cache.go`, is similar).
struct EventLog {
  private var clusters: [ObjectKey: ClusterLog] = [:]

  private struct ClusterLog {
    /// The uid of the cluster. Another cluster of the same name has Events of its own.
    let uid: String
    var written: [ClusterEvent: Written] = [:]
    /// How many Events may still be written, and when that number was last raised.
    var budget = EventLog.burst
    var since: Instant
  }

  private struct Written {
    let name: String
    var count = 1
    /// When the Event was last written.
    var lastWrite: Instant
  }

  /// What to write about an Event.
  enum Entry: Hashable, Sendable {
    case new(name: String)
    case again(name: String, count: Int)
  }

  /// How many Events of one cluster may come at once. The budget then grows by one each minute.
  private static let burst = 10
  private static let refill = Duration.seconds(60)
  /// How often the count of a repeated Event is written.
  private static let pause = Duration.seconds(600)
  /// For how long an Event can be counted up. An API server forgets Events after an hour (`--event-ttl`).
  private static let memory = Duration.seconds(3000)

  /// Returns what to write, or `nil` for nothing.
  ///
  /// - Parameters:
  ///   - uid: distinguishes the cluster from an earlier one of the same name.
  ///   - suffix: distinguishes the name of this Event from others.
  mutating func entry(
    for event: ClusterEvent, about cluster: ObjectKey, uid: String, at now: Instant, suffix: String
  ) -> Entry? {
    let before = clusters[cluster].flatMap { $0.uid == uid ? $0 : nil }
    var log = before ?? ClusterLog(uid: uid, since: now)
    defer { clusters[cluster] = log }
    log.written = log.written.filter { $0.value.lastWrite + EventLog.memory > now }
    let earned = Int(log.since.duration(to: now) / EventLog.refill)
    if earned > 0 { (log.budget, log.since) = (min(EventLog.burst, log.budget + earned), now) }
    if var written = log.written[event] {
      written.count += 1
      let isDue = written.lastWrite + EventLog.pause <= now && log.budget > 0
      if isDue { written.lastWrite = now }
      log.written[event] = written
      if isDue { log.budget -= 1 }
      return isDue ? .again(name: written.name, count: written.count) : nil
    }
    guard log.budget > 0 else { return nil }
    log.budget -= 1
    let name = "\(cluster.name).\(suffix)"
    log.written[event] = Written(name: name, lastWrite: now)
    return .new(name: name)
  }

  /// Records that the API server has not accepted an Event, or no longer has it. The next one is a new Event.
  mutating func lost(_ event: ClusterEvent, about cluster: ObjectKey) { clusters[cluster]?.written[event] = nil }

  /// Forgets a cluster that is gone.
  mutating func forget(_ cluster: ObjectKey) { clusters[cluster] = nil }
}
