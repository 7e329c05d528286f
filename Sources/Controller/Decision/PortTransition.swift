internal import Kubernetes
internal import Limits
internal import Names
internal import RayPlan

/// The ports that a Service lists while pods run that were started by an older plan.
///
/// An additional port harms nobody, so new ports are listed at once. The ports of running pods stay as they are: calls
/// to a port that the mesh does not know hang, and calls to one of another protocol fail.
struct PortTransition: Hashable, Sendable {
  /// The ports to list now.
  let ports: PortRuns
  /// The record to write beside them.
  let record: PortRecord

  /// - Parameters:
  ///   - wanted: the ports that the cluster wants.
  ///   - live: the ports that the Service lists, and its record.
  ///   - oldest: when the oldest of the cluster's pods was created, or `nil` if it has none.
  ///   - now: the current time, from which a new plan counts.
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

  /// Returns the record for a plan. If the plan is the recorded one, the listed ports do not matter, since somebody has
  /// edited them. If it is new, they are what the pods were started with.
  private static func record(
    of wanted: PortRuns, _ digest: String, from live: (ports: PortRuns, record: PortRecord?), now: RFC3339Time
  ) -> PortRecord {
    if let record = live.record, record.wanted == digest { return record }
    let kept = live.ports.cut(by: wanted).filter { piece, wanted in
      wanted.map { $0.appProtocol != piece.appProtocol } ?? true
    }
    return PortRecord(wanted: digest, kept: PortRuns(kept.map(\.piece)), since: now)
  }

  /// Lists the kept ports with their own protocol, and with the name of the wanted port of that number.
  private static func ports(_ wanted: PortRuns, keeping kept: PortRuns) -> PortRuns {
    guard !kept.isEmpty else { return wanted }
    let all = wanted.cut(by: kept).map { piece, kept in
      kept.map { PortRun(piece.numbers, piece.transport, $0.appProtocol, piece.name) } ?? piece
    }
    let others = kept.cut(by: wanted).compactMap { piece, wanted in wanted == nil ? piece.named(.kept) : nil }
    return PortRuns(all + others)
  }

  /// The ports that wait until older pods are gone, for a person; `nil` if there are none.
  var waiting: String? { record.kept.isEmpty ? nil : record.kept.words(atMost: 10) }
}

/// The record in a Service's annotation: which plan its ports are of, and which of them are kept for pods of an older
/// plan.
///
/// It distinguishes a new plan from a manual edit of the Service, and it survives a restart of the controller. Anyone
/// who can write the Service can write it too, so a text beyond the bounds of `ClusterLimits` is no record.
struct PortRecord: Hashable, Sendable {
  /// A digest of the ports that the cluster wants.
  let wanted: String
  /// Ports of older plans that pods may still use, as they were then.
  let kept: PortRuns
  /// When the plan was first seen, if ports are kept.
  let since: RFC3339Time?

  /// - Parameter kept: the ports to keep. Ports beyond the bounds are dropped, the highest numbers first.
  init(wanted: String, kept: PortRuns = .none, since: RFC3339Time? = nil) {
    self.wanted = wanted
    self.kept = kept.isEmpty ? kept : PortRecord.bounded(kept)
    self.since = kept.isEmpty ? nil : since
  }

  /// Reads the annotation: a digest and, if ports are kept, a time and runs of ports, separated by spaces. Returns
  /// `nil` for any other text.
  init?(_ text: String) {
    guard text.utf8.count <= ClusterLimits.portRecord.value else { return nil }
    let most = ClusterLimits.portRuns.value + 2
    let parts = text.split(separator: " ", maxSplits: most)
    guard let wanted = parts.first, parts.count != 2, parts.count <= most else { return nil }
    guard parts.count > 1 else {
      self.init(wanted: String(wanted))
      return
    }
    let runs = parts.dropFirst(2).compactMap { PortRun(recorded: $0) }
    let kept = PortRuns(runs)
    guard let since = RFC3339Time(String(parts[1])), runs.count == parts.count - 2,
      kept.count == runs.reduce(0, { $0 + $1.count }), kept.count <= ClusterLimits.keptPorts.value
    else { return nil }
    self.init(wanted: String(wanted), kept: kept, since: since)
  }

  /// The annotation's text. Worker ports come in long ranges, so neighbors that are alike are one run.
  var text: String {
    guard let since else { return wanted }
    return ([wanted, since.description] + kept.runs.map(\.recorded)).joined(separator: " ")
  }

  /// Returns a digest of ports, the same in every process and version. It counts each port of a run.
  static func digest(of ports: PortRuns) -> String {
    var digest = FNV1a()
    ports.each { run, number in
      digest.add("\(number)/\(run.transport.rawValue)/\(run.appProtocol ?? "");")
      return true
    }
    return String(digest.hash, radix: 36)
  }

  private static func bounded(_ kept: PortRuns) -> PortRuns {
    var (runs, room): ([PortRun], Int) = ([], ClusterLimits.keptPorts.value)
    var bytes = ClusterLimits.portRecord.value - PortRecord.overhead
    for run in PortRuns(kept.runs.map { $0.named(.kept) }).runs.prefix(ClusterLimits.portRuns.value) {
      bytes -= run.recorded.utf8.count + 1
      guard room > 0, bytes >= 0 else { break }
      let last = min(Int(run.numbers.upperBound), Int(run.numbers.lowerBound) + room - 1)
      runs.append(run.part(run.numbers.lowerBound...UInt16(last)))
      room -= run.count
    }
    return PortRuns(runs)
  }

  /// The room for the digest and the time in front of the runs.
  private static let overhead = 64
}

extension PortRun {
  /// The run as the annotation has it, such as `10002-10051/TCP/grpc`.
  fileprivate var recorded: String {
    "\(numbers.lowerBound)-\(numbers.upperBound)/\(transport.rawValue)/\(appProtocol ?? "")"
  }

  fileprivate init?(recorded text: Substring) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) } ?? []
    guard parts.count == 3, ends.count == 2, let first = ends[0], let last = ends[1], 1...last ~= first,
      parts[2].utf8.count <= ClusterLimits.portProtocol.value,
      let transport = ContainerPort.TransportProtocol(rawValue: String(parts[1]))
    else { return nil }
    self.init(first...last, transport, parts[2].isEmpty ? nil : String(parts[2]), .kept)
  }
}
