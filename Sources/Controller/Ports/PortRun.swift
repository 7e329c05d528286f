internal import RayPlan

/// Ports of a Service, whoever wrote them, with consecutive numbers that differ in nothing but number and name.
struct PortRun: Hashable, Sendable {
  var numbers: ClosedRange<UInt16>
  let transport: ContainerPort.TransportProtocol
  let appProtocol: String?
  let name: Name

  /// What the ports of a run are called.
  enum Name: Hashable, Sendable {
    /// The name of the only port.
    case single(String)
    /// `p` and the number, as a Service of Raymesh's calls worker ports.
    case numbered
    /// `old-` and the number: kept for pods that an older plan started.
    case kept
  }

  init(
    _ numbers: ClosedRange<UInt16>, _ transport: ContainerPort.TransportProtocol, _ appProtocol: String?, _ name: Name
  ) {
    (self.numbers, self.transport, self.appProtocol, self.name) = (numbers, transport, appProtocol, name)
  }

  /// One port.
  init(name: String, number: UInt16, transport: ContainerPort.TransportProtocol = .tcp, appProtocol: String?) {
    self.init(number...number, transport, appProtocol, .single(name))
    for form in [Name.numbered, .kept] where text(of: number, as: form) == name {
      self.init(number...number, transport, appProtocol, form)
    }
  }

  init(_ run: ServicePorts.Run) {
    let numbers = run.numbers.lowerBound.number...run.numbers.upperBound.number
    self.init(numbers, run.transport, run.appProtocol?.rawValue, run.name.map { .single($0) } ?? .numbered)
  }

  var count: Int { Int(numbers.upperBound) - Int(numbers.lowerBound) + 1 }

  /// The same ports under other names.
  func named(_ name: Name) -> PortRun { PortRun(numbers, transport, appProtocol, name) }

  /// What the port with a number is called.
  func name(of number: UInt16) -> String { text(of: number, as: name) }

  private func text(of number: UInt16, as form: Name) -> String {
    switch form {
    case .single(let name): name
    case .numbered: "p\(number)"
    case .kept: "old-\(number)\(transport == .tcp ? "" : "-\(transport.rawValue.lowercased())")"
    }
  }

  /// The part of the run that has some numbers of it.
  func part(_ numbers: ClosedRange<UInt16>) -> PortRun { PortRun(numbers, transport, appProtocol, name) }

  /// Whether the other run goes on where this one ends, and is like it.
  func isFollowed(by next: PortRun) -> Bool {
    if case .single = name { return false }
    return name == next.name && transport == next.transport && appProtocol == next.appProtocol
      && numbers.upperBound < .max && numbers.upperBound + 1 == next.numbers.lowerBound
  }
}

extension PortRuns {
  /// The first numbers for a person, a range as its ends, and how many more there are.
  ///
  /// - Parameter most: how many numbers and ranges are told.
  func words(atMost most: Int) -> String {
    var (told, rest): ([String], Int) = ([], 0)
    for run in runs.sorted(by: { $0.numbers.lowerBound < $1.numbers.lowerBound }) {
      if told.count < most { told.append(run.words) } else { rest += run.count }
    }
    return told.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}

extension PortRun {
  fileprivate var words: String { count > 1 ? "\(numbers.lowerBound)-\(numbers.upperBound)" : "\(numbers.lowerBound)" }
}
