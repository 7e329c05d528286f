internal import JSON
internal import Kubernetes
internal import Logging
internal import Synchronization
internal import Transport

/// Writes Events about RayClusters. One that cannot be written is no reason to stop: it is in the log too.
final class EventRecorder: Sendable {
  private let events = Mutex(EventLog())
  private let clock: WallClock
  private let log: Logger

  init(clock: WallClock, log: Logger) { (self.clock, self.log) = (clock, log) }

  /// Tells the owner of a cluster.
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
      log.debug("event not written", metadata: ["error": "\(error)"])
    }
  }

  /// Forgets a cluster that has gone.
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

/// Which Events are worth being written: the same one again only now and then, as a count of the first, and never many
/// about one cluster (client-go, `tools/record/events_cache.go`, does the same in its way).
struct EventLog {
  private var clusters: [ObjectKey: ClusterLog] = [:]

  private struct ClusterLog {
    /// Which cluster of that name it is: each has Events of its own.
    let uid: String
    var told: [ClusterEvent: Told] = [:]
    /// How many may still be written, and since when that is so.
    var budget = EventLog.burst
    var since: Instant
  }

  private struct Told {
    let name: String
    var count = 1
    /// When it was written last.
    var isWrittenAt: Instant
  }

  /// What to write about an Event.
  enum Entry: Hashable, Sendable {
    case new(name: String)
    case again(name: String, count: Int)
  }

  /// How many Events of one cluster may come at once; after that one a minute.
  private static let burst = 10
  private static let refill = Duration.seconds(60)
  /// How often the count of an Event that comes again and again is written.
  private static let pause = Duration.seconds(600)
  /// An API server forgets Events after an hour (`--event-ttl`): then it is a new one.
  private static let memory = Duration.seconds(3000)

  /// What to write, `nil` for nothing.
  ///
  /// - Parameters:
  ///   - uid: what tells the cluster from one of the same name that was there before.
  ///   - suffix: what tells this Event's name from others.
  mutating func entry(
    for event: ClusterEvent, about cluster: ObjectKey, uid: String, at now: Instant, suffix: String
  ) -> Entry? {
    let before = clusters[cluster].flatMap { $0.uid == uid ? $0 : nil }
    var log = before ?? ClusterLog(uid: uid, since: now)
    defer { clusters[cluster] = log }
    log.told = log.told.filter { $0.value.isWrittenAt + EventLog.memory > now }
    let earned = Int(log.since.duration(to: now) / EventLog.refill)
    if earned > 0 { (log.budget, log.since) = (min(EventLog.burst, log.budget + earned), now) }
    if var told = log.told[event] {
      told.count += 1
      let isDue = told.isWrittenAt + EventLog.pause <= now && log.budget > 0
      if isDue { told.isWrittenAt = now }
      log.told[event] = told
      if isDue { log.budget -= 1 }
      return isDue ? .again(name: told.name, count: told.count) : nil
    }
    guard log.budget > 0 else { return nil }
    log.budget -= 1
    let name = "\(cluster.name).\(suffix)"
    log.told[event] = Told(name: name, isWrittenAt: now)
    return .new(name: name)
  }

  /// Takes note that the API server has not taken an Event, or has it no more: the next time it is a new one.
  mutating func lost(_ event: ClusterEvent, about cluster: ObjectKey) { clusters[cluster]?.told[event] = nil }

  /// Forgets a cluster that has gone.
  mutating func forget(_ cluster: ObjectKey) { clusters[cluster] = nil }
}
