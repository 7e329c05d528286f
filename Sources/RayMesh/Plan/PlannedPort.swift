internal import JSON

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

extension RayGroup {
  /// The port that the user gives a component on this group's nodes, or `nil` where nobody has.
  ///
  /// - Throws: `PlanFault` if the user's value is no port.
  func statedPort(of component: RayComponent) throws(PlanFault) -> Port? {
    if let parameter = component.startParameter {
      guard let text = self.parameter(parameter) else { return nil }
      return try Port.read(text, .port(from: component.lowestPort), at: place(of: parameter))
    }
    guard let variable = container.variable(component.parameter), let text = variable.value else { return nil }
    return try Port.read(text, at: GroupPlace(container.path(of: variable).appending(path: "/value"), in: self))
  }

  /// Where a component's number is set, or would be.
  func place(of component: RayComponent) -> GroupPlace {
    if let parameter = component.startParameter { return place(of: parameter) }
    let name = component.parameter
    let path = container.variable(name).map(container.path) ?? RayContainer.environmentPath.appending(name)
    return GroupPlace(path, in: self)
  }
}
