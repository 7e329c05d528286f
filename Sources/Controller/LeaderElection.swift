internal import JSON
internal import Kubernetes
internal import Metrics
internal import Names
internal import Synchronization
internal import Transport

/// One candidate's view of who leads: what it has seen of the Lease, and what it may do next. The semantics are those of
/// client-go (`tools/leaderelection`): clocks of different machines are never compared, only how long a record has not
/// changed.
struct LeaderElection {
  /// Who the candidate is; no two are called alike.
  let identity: String
  private var seen: LeaseRecord?
  private var seenSince: Instant?
  private var renewed: Instant?

  /// For how long others leave a leader alone that does not say anything.
  static let duration = Duration.seconds(15)
  /// For how long a leader that cannot renew goes on.
  static let renewal = Duration.seconds(10)
  /// Between two tries.
  static let retry = Duration.seconds(2)
  /// For one read and one write.
  private static let patience = Duration.seconds(5)

  init(identity: String) { self.identity = identity }

  /// Until when the candidate may act as the leader; `nil` where it does not lead.
  var mandate: Instant? { renewed.map { $0 + LeaderElection.renewal } }

  /// By when a try that begins now must be done: a leader's before its mandate ends. One that has ended is none.
  mutating func deadline(at now: Instant) -> Instant {
    guard let mandate, mandate > now else {
      renewed = nil
      return now + LeaderElection.patience
    }
    return min(now + LeaderElection.patience, mandate)
  }

  /// Takes note of the Lease as it was read, and says what to write, `nil` where another leads.
  ///
  /// - Parameter time: the time to write, as Kubernetes has it.
  mutating func bid(
    on record: LeaseRecord?, at now: Instant, time: String
  ) -> LeaseRecord? {
    if record != seen { (seen, seenSince) = (record, now) }
    guard let record else { return claim(after: nil, time) }
    if record.holder == identity { return claim(after: record, time) }
    renewed = nil
    let patience = max(LeaderElection.duration, .seconds(record.seconds))
    guard record.holder.isEmpty || seenSince.map({ $0 + patience <= now }) ?? false else { return nil }
    return claim(after: record, time)
  }

  /// Takes note that what was bid has been written.
  ///
  /// - Parameter asked: when the write was sent: nothing later is sure.
  mutating func won(_ record: LeaseRecord, asked: Instant) {
    (seen, seenSince, renewed) = (record, asked, asked)
  }

  /// Takes note that the candidate does not lead any more.
  mutating func lost() { renewed = nil }

  /// What to write to let others lead at once: a second, as a Lease must say more than none.
  func release(_ record: LeaseRecord, time: String) -> LeaseRecord? {
    guard record.holder == identity else { return nil }
    return LeaseRecord(
      holder: "", seconds: 1, acquired: time, renewed: time, transitions: record.transitions)
  }

  private func claim(after record: LeaseRecord?, _ time: String) -> LeaseRecord {
    let isOurs = record?.holder == identity
    return LeaseRecord(
      holder: identity, seconds: Int(LeaderElection.duration.components.seconds),
      acquired: isOurs ? record?.acquired ?? time : time, renewed: time,
      transitions: (record?.transitions ?? -1) + (isOurs ? 0 : 1))
  }
}

/// Whether this replica leads now, as all its tasks see it.
final class Leadership: Sendable {
  private let mandate = Mutex<Instant?>(nil)
  private let leader = Gauge(label: ControllerMetrics.leader)

  init() { leader.record(0) }

  /// Until when something may be written; `nil` where this replica does not lead. What is sent must have its answer by
  /// then, or another may lead already.
  var deadline: Instant? { mandate.withLock { $0 }.flatMap { $0 > .now ? $0 : nil } }

  /// Sets until when this replica leads; true where that makes it the leader or ends it.
  ///
  /// Work is skipped as soon as a mandate has lapsed, even before anyone reports it. A replica that then gets another
  /// mandate becomes the leader again.
  func set(_ deadline: Instant?) -> Bool {
    let hasChanged = mandate.withLock { mandate in
      defer { mandate = deadline }
      let hasLapsed = mandate.map { $0 <= .now } ?? true
      return deadline == nil ? mandate != nil : hasLapsed
    }
    if hasChanged { leader.record(deadline == nil ? 0 : 1) }
    return hasChanged
  }
}

/// What a Lease says about who leads (`coordination.k8s.io/v1`, `LeaseSpec`).
struct LeaseRecord: Hashable, Sendable {
  /// Who leads; empty where nobody does.
  let holder: String
  let seconds: Int
  /// When the holder came to lead, and when it last said so, as it wrote them.
  let acquired: String
  let renewed: String
  let transitions: Int

  init(holder: String, seconds: Int, acquired: String, renewed: String, transitions: Int) {
    (self.holder, self.seconds, self.transitions) = (holder, seconds, transitions)
    (self.acquired, self.renewed) = (acquired, renewed)
  }

  /// Reads a Lease; what it does not say counts as nothing.
  init(_ lease: JSONElement) {
    let spec = lease.member("spec")
    holder = spec?.member("holderIdentity")?.string ?? ""
    seconds = spec?.member("leaseDurationSeconds")?.integer ?? 0
    acquired = spec?.member("acquireTime")?.string ?? ""
    renewed = spec?.member("renewTime")?.string ?? ""
    transitions = spec?.member("leaseTransitions")?.integer ?? 0
  }

  /// The Lease as it is written.
  ///
  /// - Parameter lease: the Lease that was read. What else it says stays, and so does its version: another's write in
  ///   between is a conflict.
  func object(_ key: ObjectKey, over lease: JSONValue?) -> JSONValue {
    var object = lease?.object ?? LeaseRecord.empty(key)
    var spec = object["spec"]?.object ?? JSONObject()
    spec["holderIdentity"] = .string(holder)
    spec["leaseDurationSeconds"] = .integer(Int64(seconds))
    spec["acquireTime"] = .string(acquired)
    spec["renewTime"] = .string(renewed)
    spec["leaseTransitions"] = .integer(Int64(transitions))
    object["spec"] = .object(spec)
    return .object(object)
  }

  private static func empty(_ key: ObjectKey) -> JSONObject {
    JSONObject([
      ("apiVersion", APIVersion.coordination), ("kind", "Lease"),
      ("metadata", ["name": .string(key.name), "namespace": .string(key.namespace)]),
    ])
  }
}
