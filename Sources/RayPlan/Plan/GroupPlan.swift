internal import Names

/// Every port of one group's nodes, and what Raymesh adds to make Ray use them.
public final class GroupPlan: Sendable {
  /// The group as the user wrote it.
  public let group: RayGroup
  /// What Raymesh may do to its parameters.
  public let mode: GroupMode
  /// The components' ports, in the order of `RayComponent`.
  public let ports: [PlannedPort]
  /// The components whose ports no Service can list.
  public let unlisted: [UnlistedPort]
  /// The ports that `ray start` takes to be in use beside those.
  package let reserved: [PlannedPort]
  /// The worker processes' ports.
  public let workerPorts: WorkerPorts
  /// The address that the group's nodes are known by.
  public let address: GroupAddress
  /// The ray start parameters that are Raymesh's. Some the group may have already, from earlier on.
  public let ownNames: ParameterSet
  /// The ray start parameters that were Raymesh's and that this Ray refuses.
  public let removedParameters: [RayParameter]

  /// A ray start parameter and its value.
  public struct Addition: Hashable, Sendable {
    /// The parameter's name.
    public let name: String
    /// Its value.
    public let value: String
  }

  /// Completes a draft with the numbers that Raymesh chose.
  init(_ draft: GroupDraft, _ placement: PortPlacement, address: GroupAddress) {
    group = draft.group
    mode = draft.mode
    reserved = draft.reserved
    unlisted = draft.unlisted
    removedParameters = draft.removed
    ports = draft.ports(placement)
    workerPorts = draft.workerPorts.completed(need: placement.need, shared: placement.workers)
    self.address = address
    var names: ParameterSet = []
    GroupPlan.each(ports, workerPorts) { parameter, _ in names.insert(parameter) }
    if address.added != nil { names.insert(.nodeIPAddress) }
    ownNames = names
  }

  /// Calls `body` with each ray start parameter that is Raymesh's and has a port, in the order in which the patch adds
  /// them.
  public func eachOwnPort(_ body: (RayParameter, Port) -> Void) { GroupPlan.each(ports, workerPorts, body) }

  private static func each(_ ports: [PlannedPort], _ workerPorts: WorkerPorts, _ body: (RayParameter, Port) -> Void) {
    var last: Port?
    for planned in ports where planned.origin == .added {
      if planned.component == .dashboardGRPC {
        last = planned.port
      } else if let parameter = planned.component.startParameter {
        body(parameter, planned.port)
      }
    }
    if case .range(let range) = workerPorts.ports {
      if workerPorts.added.contains(.minWorkerPort) { body(.minWorkerPort, range.lowerBound) }
      if workerPorts.added.contains(.maxWorkerPort) { body(.maxWorkerPort, range.upperBound) }
    }
    if let last { body(.dashboardGRPCPort, last) }
  }

  /// The ray start parameters that are Raymesh's, in the order in which the patch adds them.
  public var ownParameters: [Addition] {
    var own: [Addition] = []
    eachOwnPort { own.append(Addition(name: $0.name, value: $1.description)) }
    if let value = address.added { own.append(Addition(name: RayParameter.nodeIPAddress.name, value: value)) }
    return own
  }

  /// Those of Raymesh's parameters that the group does not have yet, or has with another number.
  public var addedParameters: [Addition] { ownParameters.filter { group.parameter($0.name) != $0.value } }

  /// What the group's nodes are started with for a parameter, `nil` if it is not set.
  public func value(of parameter: String) -> String? {
    ownParameters.first { $0.name == parameter }?.value ?? group.parameter(parameter)
  }

  /// A component's claim on its port.
  package func claim(_ planned: PlannedPort) -> PlanFault.Claim {
    PlanFault.Claim(place: group.place(of: planned.component), origin: planned.origin)
  }

  /// The place at which the worker ports are set, or would be: the end of the range that the user has set, else the
  /// first.
  package var workerPlace: GroupPlace {
    if case .list = workerPorts.ports, workerPorts.unlisted == nil { return group.place(of: .workerPortList) }
    return group.place(of: workerPorts.added == [.minWorkerPort] ? RayParameter.maxWorkerPort : .minWorkerPort)
  }

  /// The claim of the worker ports.
  var workerClaim: PlanFault.Claim {
    PlanFault.Claim(place: workerPlace, origin: workerPorts.added == WorkerPorts.ends ? .added : .stated)
  }
}

/// One component's port on the nodes of one group.
public struct PlannedPort: Hashable, Sendable {
  /// Which part of Ray listens there.
  public let component: RayComponent
  /// The port.
  public let port: Port
  /// What the port comes from.
  public let origin: Origin

  /// Where a port comes from.
  public enum Origin: Hashable, Sendable {
    /// The user set it.
    case stated
    /// The user has not, and Raymesh adds it.
    case added
    /// Nobody sets it: it is Ray's or KubeRay's own.
    case usual
  }
}

/// What Raymesh may do to a group's ray start parameters.
public enum GroupMode: Sendable {
  /// Add whatever is missing.
  case complete
  /// Keep what is Raymesh's, by name and value, and add nothing: the group's pods run.
  case keep(StringMap)
  /// Nothing, for a reason.
  case leave(Reason)

  /// Why a group's parameters are left alone.
  public enum Reason: CaseIterable, Hashable, Sendable {
    /// The user's own command starts Ray, and KubeRay ignores the parameters.
    case ownRayStart
    /// The pods share their node's ports, on which fixed ones clash.
    case hostNetwork
  }

  /// - Parameter own: what is Raymesh's in a cluster that runs; a group that is not in there is new.
  init(of group: RayGroup, in cluster: RayCluster, keeping own: OwnParameters?) {
    if let kept = own?.kept(in: group) {
      self = .keep(kept)
    } else if group.container.startsRay {
      self = .leave(.ownRayStart)
    } else if group.usesHostNetwork, cluster.metadata.annotation(Annotation.inject) != "true" {
      self = .leave(.hostNetwork)
    } else {
      self = .complete
    }
  }

  /// Whether whatever is missing is added.
  public var isComplete: Bool { if case .complete = self { true } else { false } }

  /// Whether Raymesh knows what the group's pods are started with.
  package var isSettable: Bool { if case .leave = self { false } else { true } }

  /// Whether Ray reads the parameters.
  var isRead: Bool { if case .leave(.ownRayStart) = self { false } else { true } }

  /// What is Raymesh's in a group whose pods run, `nil` in any other.
  package var own: StringMap? { if case .keep(let own) = self { own } else { nil } }

  /// Whether a component that nobody sets gets a number from Raymesh.
  ///
  /// - Parameter rayImage: the version of the head's image. A Ray that does not know `dashboard-grpc-port` exits at
  ///   once, so only the tag of Ray's own image says that it may be added. `spec.rayVersion` is often stale, and other
  ///   images have tags of their own.
  func adds(_ component: RayComponent, rayImage: RayVersion?) -> Bool {
    guard case .complete = self else { return false }
    if component == .dashboardGRPC { return rayImage.map { $0 < DashboardGRPC.ignored } ?? false }
    return component.isAdded
  }
}
