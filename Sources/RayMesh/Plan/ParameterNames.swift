/// Names of ray start parameters that Raymesh adds. They are known beforehand, and so is their order: nothing is sorted.
struct ParameterNames {
  private var bits: UInt32 = 0

  /// A parameter that is no component's.
  enum Other: Int, CaseIterable {
    case workerMinimum, workerMaximum, nodeAddress

    fileprivate var name: String {
      switch self {
      case .workerMinimum: WorkerPorts.minimum
      case .workerMaximum: WorkerPorts.maximum
      case .nodeAddress: GroupPlan.nodeAddress
      }
    }
  }

  mutating func insert(_ component: RayComponent) { bits |= ParameterNames.bit(of: component) }
  mutating func insert(_ other: Other) { bits |= ParameterNames.bit(of: other) }

  /// The names, by the alphabet.
  var sorted: [String] {
    var names: [String] = []
    names.reserveCapacity(bits.nonzeroBitCount)
    for known in ParameterNames.alphabet where bits & known.bit != 0 { names.append(known.name) }
    return names
  }

  private static func bit(of component: RayComponent) -> UInt32 { 1 << UInt32(component.rawValue) }
  private static func bit(of other: Other) -> UInt32 { 1 << UInt32(31 - other.rawValue) }

  private static let alphabet: [(name: String, bit: UInt32)] = {
    let components = RayComponent.allCases.map { (name: $0.parameter, bit: bit(of: $0)) }
    return (components + Other.allCases.map { (name: $0.name, bit: bit(of: $0)) }).sorted { $0.name < $1.name }
  }()
}
