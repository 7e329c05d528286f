/// What a Service lists while pods run that were started with other ports than the cluster wants now.
///
/// A port more harms nobody, so those that are wanted come at once. What running pods use stays as it is for them: a
/// port that the mesh does not know hangs, and one of another protocol breaks.
struct PortTransition: Hashable, Sendable {
  /// What to list now.
  let ports: PortRuns
  /// What to write down beside it.
  let record: PortRecord

  /// - Parameters:
  ///   - wanted: what the cluster wants.
  ///   - live: what the Service lists, and what is written down there.
  ///   - oldest: when the oldest of the cluster's pods was made, `nil` where it has none.
  ///   - now: since when what is wanted now is wanted, where that is news.
  init(
    to wanted: PortRuns, from live: (ports: PortRuns, record: PortRecord?), oldest: RFC3339Time?, now: RFC3339Time
  ) {
    let digest = PortRecord.digest(of: wanted)
    var record = PortTransition.record(of: wanted, digest, from: live, now: now)
    if oldest.map({ oldest in record.since.map { oldest > $0 } ?? false }) ?? true {
      record = PortRecord(wanted: digest)
    }
    self.record = record
    ports = PortTransition.ports(wanted, keeping: record.kept)
  }

  /// Where the plan is the one that is written down, the Service's ports do not matter: what differs there, a hand has
  /// made. Where it is new, they are what the pods were started with.
  private static func record(
    of wanted: PortRuns, _ digest: String, from live: (ports: PortRuns, record: PortRecord?), now: RFC3339Time
  ) -> PortRecord {
    if let record = live.record, record.wanted == digest { return record }
    let kept = live.ports.cut(by: wanted).filter { piece, wanted in
      wanted.map { $0.appProtocol != piece.appProtocol } ?? true
    }
    return PortRecord(wanted: digest, kept: PortRuns(kept.map(\.piece)), since: now)
  }

  /// What is kept has its own protocol, and the name of what is wanted at its number.
  private static func ports(_ wanted: PortRuns, keeping kept: PortRuns) -> PortRuns {
    guard !kept.isEmpty else { return wanted }
    let all = wanted.cut(by: kept).map { piece, kept in
      kept.map { PortRun(piece.numbers, piece.transport, $0.appProtocol, piece.name) } ?? piece
    }
    let others = kept.cut(by: wanted).compactMap { piece, wanted in wanted == nil ? piece.named(.kept) : nil }
    return PortRuns(all + others)
  }

  /// What waits until older pods have gone, for a person; `nil` where nothing does.
  var waiting: String? { record.kept.isEmpty ? nil : record.kept.words(atMost: 10) }
}
