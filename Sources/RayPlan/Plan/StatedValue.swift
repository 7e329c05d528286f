public import JSON

/// A value in a group that cannot be used: where it stands, what it is and what was expected.
public struct StatedValue: Hashable, Sendable {
  /// Where the value stands.
  public let place: GroupPlace
  /// The value, or `nil` if it comes from elsewhere, as a variable's may.
  let text: String?
  /// What the pod makes of the value, if that is another.
  let evaluated: String?
  let expected: Expectation

  /// What a value should have been.
  enum Expectation: Hashable, Sendable {
    /// The number of a port, in a ray start parameter.
    case port(from: Port)
    /// The number of a port, in an environment variable.
    case variablePort
    /// A list without repetitions.
    case eachOnce
    case cpus
    /// A value in which the shell finds one word.
    case oneWord
    /// The pod's IP, in the variable that node addresses are made of.
    case podAddress
    /// No such parameter, as the group is a worker group.
    case nothing
  }

  /// Who could not work with the value.
  var faultClass: PlanFault.Class {
    switch expected {
    // `ray start` does not check whether a number is one of a port.
    case .port: (evaluated ?? text).flatMap { Int(python: $0) }.flatMap { Port($0) } == nil ? .range : .ray
    case .eachOnce, .nothing, .oneWord: .ray
    case .variablePort, .cpus, .podAddress: .form
    }
  }

  /// The value as what a reader of JSON did not expect.
  public var mismatch: JSONMismatch {
    let stated = text.map { JSONValue.string($0).summary } ?? "another source"
    let found = evaluated.map { "\(stated), which is \(JSONValue.string($0).summary) in the pod" } ?? stated
    return JSONMismatch(at: place.pointer, found: found, expected: expected.words)
  }

  init(place: GroupPlace, text: String?, evaluated: String? = nil, expected: Expectation) {
    self.place = place
    self.text = text
    self.evaluated = evaluated == text ? nil : evaluated
    self.expected = expected
  }
}

extension StatedValue.Expectation {
  fileprivate var words: String {
    switch self {
    case .port(let lowest): "a port from \(lowest) to 65535"
    case .variablePort: "a port from 1 to 65535"
    case .eachOnce: "each port once"
    case .cpus: "a number of CPUs"
    case .oneWord: "no blank before it or in it: the shell makes several words of that"
    case .podAddress:
      "no \(NodeAddress.variable) of your own, or one from the field \(NodeAddress.fieldPath)"
    case .nothing: "no port on a worker group: ray start refuses it"
    }
  }
}

extension RayGroup {
  /// The fault of a ray start parameter's value.
  ///
  /// - Parameter evaluated: what the pod makes of it.
  func fault(
    of parameter: RayParameter, evaluated: String? = nil, expected: StatedValue.Expectation
  ) -> PlanFault {
    .value(
      StatedValue(
        place: place(of: parameter), text: self.parameter(parameter), evaluated: evaluated, expected: expected))
  }
}

/// A place in a group of a RayCluster.
///
/// Two places are the same if their groups have the same name, as an update may reorder worker groups.
public struct GroupPlace: Hashable, Sendable, CustomStringConvertible {
  private let group: RayGroup
  /// Where it stands below the group.
  private let path: JSONPointer

  init(_ path: JSONPointer, in group: RayGroup) {
    self.path = path
    self.group = group
  }

  /// Where it stands in the RayCluster.
  public var pointer: JSONPointer { group.pointer.appending(path: path) }

  /// The pointer.
  public var description: String { pointer.description }

  /// Compares the names of the groups and the places in them.
  public static func == (one: GroupPlace, other: GroupPlace) -> Bool {
    one.path == other.path && one.group.role == other.group.role
  }

  /// Hashes the name of the group and the place in it.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(group.role)
    hasher.combine(path)
  }

  /// The group's name as a sentence has it.
  var groupName: String { group.name }
}

extension RayGroup {
  /// The place of a ray start parameter, whether it is set or not.
  public func place(of parameter: RayParameter) -> GroupPlace { GroupPlace(parameter.path, in: self) }
}
