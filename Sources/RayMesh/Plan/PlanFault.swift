public import JSON

/// Something in a RayCluster that no plan can be made around. Each names every place that takes part in it.
public enum PlanFault: Error, Hashable, Sendable {
  /// A value that is not what the CRD or `ray start` takes.
  case unreadable(JSONMismatch)
  /// Two components of one node on one port.
  case shared(Port, group: String, Claim, Claim)
  /// A component's port among its node's worker ports.
  case amongWorkerPorts(Port, group: String, Claim, JSONPointer)
  /// A worker range that ends where it begins, or before.
  case emptyWorkerRange(JSONPointer, Port, JSONPointer, Port?)
  /// A parameter that only the head group may have.
  case headOnly(JSONMismatch)
  /// Ports that Istio's proxy has in every pod, and the widest free range below them.
  case meshOwned(ClosedRange<Port>, Claim, free: ClosedRange<Port>)
  /// One number with two protocols, on different nodes; a Service port has one.
  case twoProtocols(Port, Claim, AppProtocol, Claim, AppProtocol)

  /// Who would refuse, or could not work.
  public enum Class: String, CaseIterable, Sendable {
    /// `ray start` refuses it.
    case ray
    /// No number that a port can have; `ray start` forgets to check.
    case range
    /// Ray would run, but the mesh could not carry its traffic.
    case mesh
    /// The RayCluster is not of the CRD's form.
    case form
  }

  /// The class of the fault.
  public var faultClass: Class {
    switch self {
    case .unreadable(let mismatch): PlanFault.faultClass(of: mismatch)
    case .shared, .amongWorkerPorts, .emptyWorkerRange, .headOnly: .ray
    case .meshOwned, .twoProtocols: .mesh
    }
  }

  /// A parameter's number that is no port at all, which `ray start` does not look at, or one that it does not take.
  private static func faultClass(of mismatch: JSONMismatch) -> Class {
    guard mismatch.pointer.description.contains("/rayStartParams/") else { return .form }
    if mismatch.expected == eachOnce { return .ray }
    guard mismatch.expected.hasPrefix("a port from ") else { return .form }
    return Port(String(mismatch.found.filter { $0 != "\"" })) == nil ? .range : .ray
  }

  /// What is expected of a list of ports.
  static let eachOnce = "each port once"

  /// Between Ray's first worker port and the proxy's first.
  static let freeBelowMesh = Port.known(10002)...Port.known(14999)

  /// A place that takes a port, and whether the user wrote it.
  public struct Claim: Hashable, Sendable {
    /// Where the port is set, or would be.
    public let pointer: JSONPointer
    /// Who says so.
    public let origin: PlannedPort.Origin
  }
}

extension PlanFault: CustomStringConvertible {
  /// One sentence for the person whose cluster it is.
  public var description: String {
    switch self {
    case .unreadable(let mismatch): mismatch.description
    case .shared(let port, let group, let first, let second):
      "port \(port) is taken twice in \(group), by \(first) and by \(second); expected a port for each"
    case .amongWorkerPorts(let port, let group, let claim, let workers):
      "port \(port) of \(claim) is among the worker ports of \(group) at \(workers); expected one outside of them"
    case .emptyWorkerRange(let minimumPlace, let minimum, let maximumPlace, let maximum):
      "\(maximumPlace): found \(maximum?.description ?? "nothing"), "
        + "expected a port above \(minimum), which is the first of the range (\(minimumPlace))"
    case .headOnly(let mismatch): mismatch.description
    case .meshOwned(let ports, let claim, let free):
      "\(ports.spelled) of \(claim) meets 15000-15090, which Istio's proxy has in every pod; "
        + "expected others, such as some of \(free.lowerBound)-\(free.upperBound)"
    case .twoProtocols(let port, let first, let firstProtocol, let second, let secondProtocol):
      "port \(port) speaks \(firstProtocol.rawValue) at \(first) and \(secondProtocol.rawValue) at \(second); "
        + "expected one protocol, as a Service port has one"
    }
  }
}

extension ClosedRange<Port> {
  fileprivate var spelled: String {
    lowerBound == upperBound ? "port \(lowerBound)" : "the range \(lowerBound)-\(upperBound)"
  }
}

extension PlanFault.Claim: CustomStringConvertible {
  /// The place, and who chose it where the user did not.
  public var description: String {
    switch origin {
    case .stated: pointer.description
    case .added: "\(pointer) (added by Raymesh)"
    case .usual: "\(pointer) (the default)"
    }
  }
}

/// Why a RayCluster is refused: everything that is wrong with it, not just the first.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, at least one.
  public let faults: [PlanFault]

  /// The faults as one text, for `status.message` and for standard error; of very many the first.
  public var description: String {
    let told = faults.prefix(Refusal.mostTold).map(\.description).joined(separator: "; ")
    return faults.count > Refusal.mostTold ? "\(told); and \(faults.count - Refusal.mostTold) more" : told
  }

  /// The classes of the faults, each once, with commas between.
  var classes: String { Set(faults.map(\.faultClass.rawValue)).sorted().joined(separator: ",") }

  /// A message that a person still reads; etcd and API server logs keep it too.
  private static let mostTold = 20
}
