internal import JSON

/// A ray start parameter that Raymesh reads or sets. The cases are in alphabetical order, so a set needs no sorting.
public enum RayParameter: Int, CaseIterable, Sendable {
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
  public var word: StaticString {
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
  public var name: String { RayParameter.names[rawValue] }

  /// Where it stands below a group.
  var path: JSONPointer { RayParameter.paths[rawValue] }

  /// The parameter of a name.
  init?(_ name: String) {
    let length = name.utf8.count
    for (place, known) in RayParameter.lengths.enumerated() where known == length && RayParameter.names[place] == name {
      self.init(rawValue: place)
      return
    }
    return nil
  }

  private static let paths = names.map { ("/rayStartParams" as JSONPointer).appending($0) }
  private static let names = allCases.map(\.word.description)
  private static let lengths = allCases.map(\.word.utf8CodeUnitCount)
}

/// A set of an enum's cases, of which there are at most 32 and whose numbers begin at 0. Iterates in their order.
public struct CaseSet<Case: RawRepresentable<Int> & Sendable>: Sequence, IteratorProtocol, Hashable, Sendable {
  private var bits: UInt32 = 0

  /// Adds a case.
  public mutating func insert(_ one: Case) { bits |= CaseSet.bit(of: one) }

  /// Adds the cases of another set.
  public mutating func formUnion(_ other: CaseSet) { bits |= other.bits }

  /// Returns whether the set has a case.
  public func contains(_ one: Case) -> Bool { bits & CaseSet.bit(of: one) != 0 }

  /// Whether the set has no case.
  public var isEmpty: Bool { bits == 0 }

  /// The number of cases in the set.
  public var count: Int { bits.nonzeroBitCount }

  /// Takes out the first case and returns it; `nil` when none is left.
  public mutating func next() -> Case? {
    guard let one = Case(rawValue: bits.trailingZeroBitCount) else { return nil }
    bits &= bits &- 1
    return one
  }

  private static func bit(of one: Case) -> UInt32 { 1 << UInt32(one.rawValue) }
}

extension CaseSet: ExpressibleByArrayLiteral {
  /// A set of the cases of a list.
  public init(arrayLiteral cases: Case...) { for one in cases { insert(one) } }
}

/// A set of Ray's components.
typealias ComponentSet = CaseSet<RayComponent>

/// A set of ray start parameters, in alphabetical order.
public typealias ParameterSet = CaseSet<RayParameter>

extension ParameterSet {
  /// Those that are keys of a map.
  public init(keysOf map: StringMap) {
    self = []
    for key in map.keys { if let parameter = RayParameter(key) { insert(parameter) } }
  }
}
