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
