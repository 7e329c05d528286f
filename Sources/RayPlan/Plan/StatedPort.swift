internal import JSON

/// The port that a user states for something, as far as a plan can know it.
enum StatedPort {
  /// Nobody states one.
  case none
  /// This one.
  case port(Port)
  /// Ray takes one at random: by 0, or as a parameter that has no default is left out.
  case random
  /// Only the pod knows it.
  case unknown

  /// A number as Ray reads it; `nil` if Ray finds none in the text, or one that is no port.
  init?(_ text: String, from lowest: Port) {
    // Nearly all are plain digits.
    if let port = Port(text), port >= lowest {
      self = .port(port)
      return
    }
    guard let number = Int(python: text) else { return nil }
    if number == 0 {
      self = .random
    } else if let port = Port(number), port >= lowest {
      self = .port(port)
    } else {
      return nil
    }
  }
}

/// A port of a component that no Service can list.
public struct UnlistedPort: Hashable, Sendable {
  /// What listens there.
  public let component: RayComponent
  /// Whether Ray chooses it at random; else only the pod knows it.
  public let isRandom: Bool
}

extension RayGroup {
  /// The number that a ray start parameter gives.
  ///
  /// - Throws: `PlanFault` if Ray takes no such value.
  func statedPort(by parameter: RayParameter, from lowest: Port, takesZero: Bool = true) throws(PlanFault) -> StatedPort
  {
    switch value(of: parameter) {
    case .absent: return .none
    case .unknown: return .unknown
    case .split: throw fault(of: parameter, expected: .oneWord)
    case .word(let text):
      guard let port = StatedPort(text, from: lowest) else {
        throw fault(of: parameter, evaluated: text, expected: .port(from: lowest))
      }
      if case .random = port, !takesZero { throw fault(of: parameter, evaluated: text, expected: .port(from: lowest)) }
      return port
    }
  }

  /// The port that the user gives a component on this group's nodes.
  ///
  /// - Parameter head: the head's container, whose image tells which Ray it is.
  /// - Throws: `PlanFault` if Ray takes no such value.
  func statedPort(of component: RayComponent, head: RayContainer) throws(PlanFault) -> StatedPort {
    guard let parameter = component.startParameter else { return try variablePort(of: component) }
    guard self.parameter(parameter) != nil else { return .none }
    let stated = try statedPort(by: parameter, from: component.lowestPort, takesZero: component.takesZero(head))
    // KubeRay has left the parameter out, so Ray has its own default or none. That of the metrics is KubeRay's alone.
    if case .none = stated { return component.hasDefault && component != .metricsExport ? .none : .random }
    return stated
  }

  /// Ray takes its default where it finds no number in a variable (`env_integer`).
  private func variablePort(of component: RayComponent) throws(PlanFault) -> StatedPort {
    guard let variable = container.variable(component.parameter) else { return .none }
    guard !variable.isUnknown else { return .unknown }
    guard let text = variable.value, Int(python: text) != nil else { return .none }
    guard let port = StatedPort(text, from: .first) else {
      let place = GroupPlace(container.path(of: variable).appending(path: "/value"), in: self)
      throw .value(StatedValue(place: place, text: text, expected: .variablePort))
    }
    return port
  }

  /// Where a component's number is set, or would be.
  func place(of component: RayComponent) -> GroupPlace {
    if let parameter = component.startParameter { return place(of: parameter) }
    let name = component.parameter
    let path = container.variable(name).map(container.path) ?? RayContainer.environmentPath.appending(name)
    return GroupPlace(path, in: self)
  }
}

extension RayComponent {
  /// Whether `ray start` takes 0 for its port. Only Ray's own image tells which Ray it is.
  fileprivate func takesZero(_ head: RayContainer) -> Bool {
    switch zero {
    case .random: true
    case .refused: false
    case .refusedUntil(let version): head.rayImageVersion.map { $0 > version } ?? true
    }
  }
}
