internal import JSON
internal import Limits

/// What `ray start` gets for a parameter, as far as that can be told before the pod runs.
///
/// KubeRay writes parameters unquoted into a `bash -c` line. Kubelet expands `$(NAME)` in that line, then the shell
/// evaluates it, and Ray reads what is left.
enum StartValue {
  /// Nothing: nobody sets it, or it is `false`, for which KubeRay leaves the parameter out (`convertParamMap`).
  case absent
  /// One word.
  case word(String)
  /// Several words, of which `ray start` takes the first and refuses the others.
  case split
  /// Only the pod knows it.
  case unknown
}

extension StartValue {
  /// The values of a group's parameters that are not what they look like.
  ///
  /// The node address is left out: it is a name that Ray is not told as a number.
  struct Evaluated {
    private var values: [(parameter: RayParameter, value: StartValue)] = []

    init(_ parameters: StringMap?, _ stated: ParameterSet, _ environment: inout PlainEnvironment, hasCommand: Bool) {
      for parameter in stated where parameter != .nodeIPAddress {
        guard let text = parameters?[parameter], !StartValue.isPlain(text) else { continue }
        values.append((parameter, StartValue(text, &environment, hasCommand: hasCommand)))
      }
    }

    subscript(parameter: RayParameter) -> StartValue? { values.first { $0.parameter == parameter }?.value }
  }

  /// - Parameter hasCommand: whether the user's command runs first, in the same shell, and so may set variables.
  init(_ text: String, _ environment: inout PlainEnvironment, hasCommand: Bool) {
    if text.utf8.count == 5, text.lowercased() == "false" {
      self = .absent
      return
    }
    guard let line = environment.expanding(text),
      let words = ShellWords(line, variable: { hasCommand ? nil : environment.shellValue(of: $0) })?.words
    else {
      self = .unknown
      return
    }
    // Words that look like options are Ray's to read.
    let hasOptions = words.dropFirst().contains { $0.first == UInt8(ascii: "-") }
    self = words.count == 1 ? .word(String(decoding: words[0], as: UTF8.self)) : hasOptions ? .unknown : .split
  }

  /// Whether a value arrives at Ray as it is written: most are numbers.
  private static func isPlain(_ text: String) -> Bool {
    let bytes = text.utf8Span.span
    for index in bytes.indices {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) || bytes[index] == UInt8(ascii: ",") else {
        return false
      }
    }
    return !bytes.isEmpty
  }
}

extension Int {
  /// A number as Python's `int` reads it, which Ray does (click's `INT`): with blanks around it, a sign, and
  /// underscores between its digits, which may be those of any script.
  init?(python text: String) {
    // Nearly all are so, and Unicode's tables are slow.
    if let number = Int(digits: text.utf8Span.span), number <= .max / 16 {
      self = number
      return
    }
    guard text.utf8.count <= ReviewLimits.number.value else { return nil }
    var scalars = text.unicodeScalars[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    let isNegative = scalars.first == "-"
    if isNegative || scalars.first == "+" { scalars.removeFirst() }
    guard let number = Int(digits: scalars) else { return nil }
    self = isNegative ? -number : number
  }

  /// Digits of any script, between which single underscores may stand. A number that is too large stays one.
  private init?(digits: Substring.UnicodeScalarView) {
    var (number, mayBeUnderscore) = (0, false)
    for scalar in digits {
      guard scalar != "_" else {
        guard mayBeUnderscore else { return nil }
        mayBeUnderscore = false
        continue
      }
      guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else { return nil }
      number = Swift.min(number * 10 + Int(digit), .max / 16)
      mayBeUnderscore = true
    }
    guard mayBeUnderscore else { return nil }
    self = number
  }
}

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
  /// - Parameter rayImage: the version of the head's image, if that is Ray's own.
  /// - Throws: `PlanFault` if Ray takes no such value.
  func statedPort(of component: RayComponent, rayImage: RayVersion?) throws(PlanFault) -> StatedPort {
    guard let parameter = component.startParameter else { return try variablePort(of: component) }
    guard self.parameter(parameter) != nil else { return .none }
    let stated = try statedPort(by: parameter, from: component.lowestPort, takesZero: component.takesZero(rayImage))
    // KubeRay has left the parameter out, so Ray has its own default or none. That of the metrics is KubeRay's alone.
    if case .none = stated { return component.hasDefault && component != .metricsExport ? .none : .random }
    return stated
  }

  /// Ray takes its default if it finds no number in a variable (`env_integer`).
  private func variablePort(of component: RayComponent) throws(PlanFault) -> StatedPort {
    // Most containers have none of the variables, and the parameter's name is a new text each time.
    guard container.environment?.isEmpty == false, let variable = container.variable(component.parameter) else {
      return .none
    }
    guard !variable.isUnknown else { return .unknown }
    guard let text = variable.value, Int(python: text) != nil else { return .none }
    guard let port = StatedPort(text, from: .first) else {
      let place = GroupPlace(container.path(of: variable).appending(path: "/value"), in: self)
      throw .value(StatedValue(place: place, text: text, expected: .variablePort))
    }
    return port
  }

  /// The place at which a component's number is set, or would be.
  func place(of component: RayComponent) -> GroupPlace {
    if let parameter = component.startParameter { return place(of: parameter) }
    let name = component.parameter
    let path = container.variable(name).map(container.path) ?? RayContainer.environmentPath.appending(name)
    return GroupPlace(path, in: self)
  }
}

extension RayComponent {
  /// Whether `ray start` takes 0 for its port. Only Ray's own image tells which Ray it is.
  fileprivate func takesZero(_ rayImage: RayVersion?) -> Bool {
    switch zero {
    case .random: true
    case .refused: false
    case .refusedUntil(let version): rayImage.map { $0 > version } ?? true
    }
  }
}
