internal import Transport

/// One candidate's view of who leads: what it has seen of the Lease, and what it may do next. The semantics are those of
/// client-go (`tools/leaderelection`): clocks of different machines are never compared, only how long a record has not
/// changed.
struct Candidacy {
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
  var mandate: Instant? { renewed.map { $0 + Candidacy.renewal } }

  /// By when a try that begins now must be done: a leader's before its mandate ends. One that has ended is none.
  mutating func deadline(at now: Instant) -> Instant {
    guard let mandate, mandate > now else {
      renewed = nil
      return now + Candidacy.patience
    }
    return min(now + Candidacy.patience, mandate)
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
    let patience = max(Candidacy.duration, .seconds(record.seconds))
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
      holder: identity, seconds: Int(Candidacy.duration.components.seconds),
      acquired: isOurs ? record?.acquired ?? time : time, renewed: time,
      transitions: (record?.transitions ?? -1) + (isOurs ? 0 : 1))
  }
}
