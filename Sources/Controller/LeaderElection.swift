internal import JSON
internal import Kubernetes
internal import Metrics
internal import Names
internal import Synchronization
internal import Transport

/// One candidate's view of the leader election: the Lease as it was last read, and what the candidate may do next.
///
/// The semantics are those of client-go (`tools/leaderelection`). Clocks of different machines are never compared, only
/// the time for which a record has not changed.
struct LeaderElection {
  /// The identity of the candidate, which no other has.
  let identity: String
  private var seen: LeaseRecord?
  private var seenSince: Instant?
  private var renewed: Instant?

  /// How long a Lease lasts if its holder does not renew it.
  static let duration = Duration.seconds(15)
  /// How long a leader that cannot renew its Lease goes on.
  static let renewal = Duration.seconds(10)
  /// The pause between two attempts.
  static let retry = Duration.seconds(2)
  /// How long one read and one write may take together.
  private static let patience = Duration.seconds(5)

  init(identity: String) { self.identity = identity }

  /// The end of the candidate's mandate, or `nil` if it does not lead.
  var mandate: Instant? { renewed.map { $0 + LeaderElection.renewal } }

  /// Returns the deadline of an attempt that begins now. A leader must finish before its mandate ends; a mandate that
  /// has ended is dropped.
  mutating func deadline(at now: Instant) -> Instant {
    guard let mandate, mandate > now else {
      renewed = nil
      return now + LeaderElection.patience
    }
    return min(now + LeaderElection.patience, mandate)
  }

  /// Records the Lease as it was read. Returns what to write, or `nil` while another candidate leads.
  ///
  /// - Parameter time: the current time, as Kubernetes writes it.
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

  /// Records that the bid has been written.
  ///
  /// - Parameter asked: when the write was sent. The mandate counts from then on.
  mutating func won(_ record: LeaseRecord, asked: Instant) {
    (seen, seenSince, renewed) = (record, asked, asked)
  }

  /// Records that the candidate has lost the Lease.
  mutating func lost() { renewed = nil }

  /// Returns what to write so that others can lead at once. It lasts one second, as a Lease cannot last none.
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

  /// The end of the mandate, or `nil` if this replica does not lead. A write must have its answer by then, since
  /// another replica may lead afterwards.
  var deadline: Instant? { mandate.withLock { $0 }.flatMap { $0 > .now ? $0 : nil } }

  /// Sets the end of the mandate. Returns true if this replica has become the leader, or has lost the Lease.
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

/// The state of a Lease (`coordination.k8s.io/v1`, `LeaseSpec`).
struct LeaseRecord: Hashable, Sendable {
  /// The identity of the leader, or empty if there is none.
  let holder: String
  let seconds: Int
  /// When the holder became the leader, and when it last renewed, as the holder wrote it.
  let acquired: String
  let renewed: String
  let transitions: Int

  init(holder: String, seconds: Int, acquired: String, renewed: String, transitions: Int) {
    (self.holder, self.seconds, self.transitions) = (holder, seconds, transitions)
    (self.acquired, self.renewed) = (acquired, renewed)
  }

  /// Reads a Lease. Missing fields are empty or zero.
  init(_ lease: JSONElement) {
    let spec = lease.member("spec")
    holder = spec?.member("holderIdentity")?.string ?? ""
    seconds = spec?.member("leaseDurationSeconds")?.integer ?? 0
    acquired = spec?.member("acquireTime")?.string ?? ""
    renewed = spec?.member("renewTime")?.string ?? ""
    transitions = spec?.member("leaseTransitions")?.integer ?? 0
  }

  /// Returns the Lease to write.
  ///
  /// - Parameter lease: the Lease that was read. Its other fields stay, and so does its version: if another replica
  ///   writes in between, the API server reports a conflict.
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
