/// One component's port on the nodes of one group.
public struct PlannedPort: Hashable, Sendable {
  /// Which part of Ray listens there.
  public let component: RayComponent
  /// The port.
  public let port: Port
  /// Who says so.
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
