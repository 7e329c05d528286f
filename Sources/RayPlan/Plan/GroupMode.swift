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
    /// The pods share their node's ports, where fixed ones clash.
    case hostNetwork
  }

  /// - Parameter own: what is Raymesh's in a cluster that runs; a group that is not in there is new.
  init(of group: RayGroup, in cluster: RayCluster, keeping own: OwnParameters?) {
    if let kept = own?.kept(in: group) {
      self = .keep(kept)
    } else if group.container.startsRay {
      self = .leave(.ownRayStart)
    } else if group.usesHostNetwork, cluster.metadata.annotation(UserWish.inject) != "true" {
      self = .leave(.hostNetwork)
    } else {
      self = .complete
    }
  }

  /// Whether whatever is missing is added.
  public var isComplete: Bool { if case .complete = self { true } else { false } }

  /// Whether Raymesh knows what the group's pods are started with.
  package var isSettable: Bool { if case .leave = self { false } else { true } }

  /// What is Raymesh's in a group whose pods run, `nil` in any other.
  package var own: StringMap? { if case .keep(let own) = self { own } else { nil } }

  /// Whether a component that nobody sets gets a number from Raymesh.
  ///
  /// - Parameter head: the head's container: a Ray that does not know `dashboard-grpc-port` ends at once, so only the tag
  ///   of an image that is Ray's own says that it may be added. `spec.rayVersion` is often stale, and other images have
  ///   tags of their own.
  func adds(_ component: RayComponent, head: RayContainer) -> Bool {
    guard case .complete = self else { return false }
    if component == .dashboardGRPC { return head.rayImageVersion.map { $0 < DashboardGRPC.ignored } ?? false }
    return component.isAdded
  }
}
