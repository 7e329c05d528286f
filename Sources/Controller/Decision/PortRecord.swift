/// What a Service's own annotation says about its ports: which plan they are of, and which of them are kept for pods
/// that were started by an older one.
///
/// It is what tells a new plan from a hand that has edited the Service, and a controller that is started anew, or on
/// another node, still knows.
struct PortRecord: Hashable, Sendable {
  /// A digest of the ports that the cluster wants.
  let wanted: String
  /// Ports of older plans that pods may still use, as they were then.
  let kept: [LivePort]
  /// When those of the plan were first seen to be wanted, while others are kept.
  let since: RFC3339Time?

  static let annotation = "raymesh.io/ports"

  init(wanted: String, kept: [LivePort] = [], since: RFC3339Time? = nil) {
    (self.wanted, self.kept, self.since) = (wanted, kept, kept.isEmpty ? nil : since)
  }

  /// Reads the annotation: a digest, and where ports are kept a time and runs of ports, with spaces between. `nil` for
  /// any other text.
  init?(_ text: String) {
    let parts = text.split(separator: " ")
    guard let wanted = parts.first, parts.count != 2 else { return nil }
    var kept: [LivePort] = []
    for run in parts.dropFirst(2) {
      guard let ports = LivePort.run(run) else { return nil }
      kept += ports
    }
    let since = parts.count > 2 ? RFC3339Time(String(parts[1])) : nil
    guard parts.count == 1 || since != nil else { return nil }
    self.init(wanted: String(wanted), kept: kept, since: since)
  }

  /// The annotation's text. Worker ports come in long ranges, so neighbours that are alike are one run.
  var text: String {
    guard let since else { return wanted }
    var runs: [(first: LivePort, last: Int)] = []
    for port in kept.sorted(by: { ($0.transport, $0.number) < ($1.transport, $1.number) }) {
      if let run = runs.last, run.last + 1 == port.number, run.first.isLike(port) {
        runs[runs.count - 1].last = port.number
      } else {
        runs.append((port, port.number))
      }
    }
    let texts = runs.map { "\($0.first.number)-\($0.last)/\($0.first.transport)/\($0.first.appProtocol ?? "")" }
    return ([wanted, since.description] + texts).joined(separator: " ")
  }

  /// A digest of ports, FNV-1a in 64 bits: the same in every process and version.
  static func digest(of ports: [LivePort]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for port in ports.sorted(by: { ($0.number, $0.transport) < ($1.number, $1.transport) }) {
      for byte in "\(port.number)/\(port.transport)/\(port.appProtocol ?? "");".utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    return String(hash, radix: 36)
  }
}

extension LivePort {
  fileprivate func isLike(_ other: LivePort) -> Bool {
    transport == other.transport && appProtocol == other.appProtocol
  }

  /// The ports of a run, `10002-10051/TCP/grpc`; their names say that they are kept.
  fileprivate static func run(_ text: Substring) -> [LivePort]? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let ends = parts.first?.split(separator: "-").compactMap { UInt16($0) } ?? []
    guard parts.count == 3, ends.count == 2, ends[0] <= ends[1] else { return nil }
    return (ends[0]...ends[1]).map { number in
      LivePort(
        name: "old-\(number)", number: Int(number), transport: String(parts[1]),
        appProtocol: parts[2].isEmpty ? nil : String(parts[2]))
    }
  }
}
