/// A ray start parameter that Raymesh goes by. In the order of the alphabet, so that a set of them needs no sorting.
enum RayParameter: Int, CaseIterable {
  case dashboardAgentGRPCPort
  case dashboardAgentListenPort
  case dashboardGRPCPort
  case dashboardPort
  case maxWorkerPort
  case metricsExportPort
  case minWorkerPort
  case nodeIPAddress
  case nodeManagerPort
  case cpus
  case objectManagerPort
  case port
  case rayClientServerPort
  case runtimeEnvAgentPort
  case workerPortList

  /// Its name, which needs no escape in JSON or in a JSON pointer.
  var word: StaticString {
    switch self {
    case .dashboardAgentGRPCPort: "dashboard-agent-grpc-port"
    case .dashboardAgentListenPort: "dashboard-agent-listen-port"
    case .dashboardGRPCPort: "dashboard-grpc-port"
    case .dashboardPort: "dashboard-port"
    case .maxWorkerPort: "max-worker-port"
    case .metricsExportPort: "metrics-export-port"
    case .minWorkerPort: "min-worker-port"
    case .nodeIPAddress: "node-ip-address"
    case .nodeManagerPort: "node-manager-port"
    case .cpus: "num-cpus"
    case .objectManagerPort: "object-manager-port"
    case .port: "port"
    case .rayClientServerPort: "ray-client-server-port"
    case .runtimeEnvAgentPort: "runtime-env-agent-port"
    case .workerPortList: "worker-port-list"
    }
  }

  /// Its name.
  var name: String { RayParameter.names[rawValue] }

  /// The parameter of a name.
  init?(_ name: String) {
    let length = name.utf8.count
    for (place, known) in RayParameter.lengths.enumerated() where known == length && RayParameter.names[place] == name {
      self.init(rawValue: place)
      return
    }
    return nil
  }

  private static let names = allCases.map(\.word.description)
  private static let lengths = allCases.map(\.word.utf8CodeUnitCount)
}

/// Some of them, gone through by the alphabet.
struct ParameterSet: Sequence, IteratorProtocol {
  private var bits: UInt16 = 0

  init() {}

  /// Those that are keys of a map.
  init(keysOf map: StringMap) {
    for key in map.keys { if let parameter = RayParameter(key) { insert(parameter) } }
  }

  mutating func insert(_ parameter: RayParameter) { bits |= ParameterSet.bit(of: parameter) }
  mutating func formUnion(_ other: ParameterSet) { bits |= other.bits }
  func contains(_ parameter: RayParameter) -> Bool { bits & ParameterSet.bit(of: parameter) != 0 }
  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }

  mutating func next() -> RayParameter? {
    guard let parameter = RayParameter(rawValue: bits.trailingZeroBitCount) else { return nil }
    bits &= bits &- 1
    return parameter
  }

  private static func bit(of parameter: RayParameter) -> UInt16 { 1 &<< UInt16(parameter.rawValue) }
}
