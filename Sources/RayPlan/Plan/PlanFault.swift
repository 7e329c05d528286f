public import JSON
internal import Limits

/// Something in a RayCluster that no plan can be made around. Each names every place that takes part in it.
///
/// A fault is data: two are the same if they have the same values. Its sentence is made only if it is told.
public enum PlanFault: Error, Hashable, Sendable {
  /// A part of the RayCluster that is not of the CRD's form.
  case unreadable(JSONMismatch)
  /// A value in a group that Ray does not take.
  case value(StatedValue)
  /// Two components of one node on one port.
  case shared(Port, Claim, Claim)
  /// A component's port among its node's worker ports.
  case amongWorkerPorts(Port, Claim, GroupPlace)
  /// A worker range that ends where it begins, or before.
  case emptyWorkerRange(GroupPlace, Port, GroupPlace, Port?)
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
    case .unreadable: .form
    case .value(let value): value.faultClass
    case .shared, .amongWorkerPorts, .emptyWorkerRange: .ray
    case .meshOwned, .twoProtocols: .mesh
    }
  }

  /// The fault as one place, what was found there and what was expected; `nil` if several places take part.
  public var mismatch: JSONMismatch? {
    switch self {
    case .unreadable(let mismatch): mismatch
    case .value(let value): value.mismatch
    default: nil
    }
  }

  /// Between Ray's first worker port and the proxy's first.
  static let freeBelowMesh = Port.known(10002)...Port.known(14999)

  /// A place that takes a port, and whether the user wrote it.
  public struct Claim: Hashable, Sendable {
    /// The place at which the port is set, or would be.
    public let place: GroupPlace
    /// What the port comes from.
    public let origin: PlannedPort.Origin

    /// Where that is in the RayCluster.
    public var pointer: JSONPointer { place.pointer }
    /// The same claim without its origin.
    fileprivate var regardlessOfOrigin: Claim { Claim(place: place, origin: .stated) }
  }

  /// The same fault without the origins of its numbers, as Raymesh sets what was a default before.
  public var regardlessOfOrigin: PlanFault {
    switch self {
    case .unreadable, .value, .emptyWorkerRange: self
    case .shared(let port, let one, let other):
      .shared(port, one.regardlessOfOrigin, other.regardlessOfOrigin)
    case .amongWorkerPorts(let port, let claim, let workers):
      .amongWorkerPorts(port, claim.regardlessOfOrigin, workers)
    case .meshOwned(let ports, let claim, let free): .meshOwned(ports, claim.regardlessOfOrigin, free: free)
    case .twoProtocols(let port, let one, let first, let other, let second):
      .twoProtocols(port, one.regardlessOfOrigin, first, other.regardlessOfOrigin, second)
    }
  }
}

extension PlanFault: CustomStringConvertible {
  /// One sentence for the person whose cluster it is.
  public var description: String {
    switch self {
    case .unreadable(let mismatch): mismatch.description
    case .value(let value): value.mismatch.description
    case .shared(let port, let first, let second):
      "port \(port) is taken twice in \(first.place.groupName), by \(first) and by \(second); "
        + "expected a port for each"
    case .amongWorkerPorts(let port, let claim, let workers):
      "port \(port) of \(claim) is among the worker ports of \(workers.groupName) at \(workers); "
        + "expected one outside of them"
    case .emptyWorkerRange(let minimumPlace, let minimum, let maximumPlace, let maximum):
      "\(maximumPlace): found \(maximum?.description ?? "nothing"), "
        + "expected a port above \(minimum), which is the first of the range (\(minimumPlace))"
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
  /// The place, and who chose it if the user did not.
  public var description: String {
    switch origin {
    case .stated: place.description
    case .added: "\(place) (added by Raymesh)"
    case .usual: "\(place) (the default)"
    }
  }
}

/// Why a RayCluster is refused: everything that is wrong with it, not just the first.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, at least one.
  public let faults: [PlanFault]

  /// A refusal for these faults, of which there is at least one.
  public init(faults: [PlanFault]) { self.faults = faults }

  /// The faults that are told, each as a sentence: no more than a person reads.
  public var told: [String] { faults.prefix(ReviewLimits.faultsTold.value).map(\.description) }

  /// The faults as one text, for `status.message` and for standard error; of very many the first.
  public var description: String {
    let more = faults.count - ReviewLimits.faultsTold.value
    return (more > 0 ? told + ["and \(more) more"] : told).joined(separator: "; ")
  }

  /// The classes of the faults, each once.
  public var faultClasses: Set<PlanFault.Class> {
    var classes: Set<PlanFault.Class> = []
    for fault in faults {
      classes.insert(fault.faultClass)
      if classes.count == PlanFault.Class.allCases.count { break }
    }
    return classes
  }

  /// The same in words, with commas between.
  public var classes: String { faultClasses.map(\.rawValue).sorted().joined(separator: ",") }
}
