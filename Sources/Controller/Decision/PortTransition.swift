/// What a Service lists while pods run that were started with other ports than the cluster wants now.
///
/// A port more harms nobody, so those that are wanted come at once. What running pods use stays as it is for them: a
/// port that the mesh does not know hangs, and one of another protocol breaks.
struct PortTransition: Hashable, Sendable {
  /// What to list now, sorted by number.
  let ports: [LivePort]
  /// What to write down beside it.
  let record: PortRecord

  /// - Parameters:
  ///   - wanted: what the cluster wants.
  ///   - live: what the Service lists, and what is written down there.
  ///   - oldest: when the oldest of the cluster's pods was made, `nil` where it has none.
  ///   - now: since when what is wanted now is wanted, where that is news.
  init(
    to wanted: [LivePort], from live: (ports: [LivePort], record: PortRecord?), oldest: RFC3339Time?, now: RFC3339Time
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
    of wanted: [LivePort], _ digest: String, from live: (ports: [LivePort], record: PortRecord?), now: RFC3339Time
  ) -> PortRecord {
    if let record = live.record, record.wanted == digest { return record }
    let places = Dictionary(wanted.map { ($0.place, $0) }) { first, _ in first }
    let kept = live.ports.filter { port in places[port.place].map { $0.appProtocol != port.appProtocol } ?? true }
    return PortRecord(wanted: digest, kept: kept, since: now)
  }

  private static func ports(_ wanted: [LivePort], keeping kept: [LivePort]) -> [LivePort] {
    var places = Dictionary(wanted.map { ($0.place, $0) }) { first, _ in first }
    for port in kept {
      places[port.place] = LivePort(
        name: places[port.place]?.name
          ?? "old-\(port.number)\(port.transport == "TCP" ? "" : "-\(port.transport.lowercased())")",
        number: port.number, transport: port.transport, appProtocol: port.appProtocol)
    }
    return places.values.sorted { ($0.number, $0.transport) < ($1.number, $1.transport) }
  }

  /// What waits until older pods have gone, for a person; `nil` where nothing does.
  var waiting: String? {
    guard !record.kept.isEmpty else { return nil }
    let numbers = record.kept.map(\.number).sorted()
    let told = numbers.prefix(10).map(String.init).joined(separator: ", ")
    return numbers.count > 10 ? "\(told) and \(numbers.count - 10) more" : told
  }
}
