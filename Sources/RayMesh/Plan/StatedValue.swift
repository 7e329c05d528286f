public import JSON

/// A value in a group that cannot be used: where it stands, what it is and what was expected.
public struct StatedValue: Hashable, Sendable {
  /// Where the value stands.
  public let place: GroupPlace
  /// The value, or `nil` if it comes from elsewhere, as a variable's may.
  let text: String?
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
    /// The pod's IP, in the variable that node addresses are made of.
    case podAddress
    /// No such parameter, as the group is a worker group.
    case nothing
  }

  /// Who could not work with the value.
  var faultClass: PlanFault.Class {
    switch expected {
    // `ray start` does not check whether a number is one of a port.
    case .port: text.flatMap { Port($0) } == nil ? .range : .ray
    case .eachOnce, .nothing: .ray
    case .variablePort, .cpus, .podAddress: .form
    }
  }

  /// The value as what a reader of JSON did not expect.
  public var mismatch: JSONMismatch {
    JSONMismatch(
      at: place.pointer, found: text.map { JSONValue.string($0).summary } ?? "another source",
      expected: expected.words)
  }
}

extension StatedValue.Expectation {
  fileprivate var words: String {
    switch self {
    case .port(let lowest): "a port from \(lowest) to 65535"
    case .variablePort: "a port from 1 to 65535"
    case .eachOnce: "each port once"
    case .cpus: "a number of CPUs"
    case .podAddress:
      "no \(NodeAddress.variable) of your own, or one from the field \(NodeAddress.fieldPath)"
    case .nothing: "no port on a worker group: ray start refuses it"
    }
  }
}

extension Port {
  /// Reads a port that a group states.
  ///
  /// - Throws: `PlanFault` if it is none, or is below the lowest that may be stated there.
  static func read(
    _ text: String, _ expected: StatedValue.Expectation = .variablePort, at place: @autoclosure () -> GroupPlace
  ) throws(PlanFault) -> Port {
    let lowest = if case .port(let lowest) = expected { lowest } else { Port.first }
    guard let port = Port(text), port >= lowest else {
      throw .value(StatedValue(place: place(), text: text, expected: expected))
    }
    return port
  }
}
