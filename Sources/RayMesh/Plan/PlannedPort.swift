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
  /// - Throws: `JSONMismatch` where the user's value is no port.
  func statedPort(of component: RayComponent) throws(JSONMismatch) -> Port? {
    if let parameter = component.startParameter {
      guard let text = self.parameter(parameter) else { return nil }
      return try Port.read(text, from: component.lowestPort, at: place(of: parameter))
    }
    guard let variable = container.variable(component.parameter), let text = variable.value else { return nil }
    return try Port.read(text, at: container.place(of: variable).appending(path: "/value"))
  }

  /// Where a component's number is set, or would be.
  func place(of component: RayComponent) -> JSONPointer {
    if let parameter = component.startParameter { return place(of: parameter) }
    let name = component.parameter
    return container.variable(name).map(container.place) ?? container.environmentPointer.appending(name)
  }
}

extension Port {
  static func read(
    _ text: String, from lowest: Port = .first, at pointer: @autoclosure () -> JSONPointer
  ) throws(JSONMismatch) -> Port {
    guard let port = Port(text), port >= lowest else {
      throw JSONMismatch(
        at: pointer(), found: JSONValue.string(text).summary, expected: "a port from \(lowest) to 65535")
    }
    return port
  }
}
