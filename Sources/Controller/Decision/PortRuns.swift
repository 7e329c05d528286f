internal import JSON
internal import RayPlan

/// The ports of a Service as runs, sorted by transport and number, with no number twice. Equal sets of ports are equal
/// values.
struct PortRuns: Hashable, Sendable {
  private(set) var runs: [PortRun] = []

  /// Merges runs. Of two runs that overlap, the one that begins later is dropped.
  init(_ runs: some Sequence<PortRun>) {
    for run in runs.sorted(by: { $0.place < $1.place }) {
      guard let last = self.runs.last, last.transport == run.transport else {
        self.runs.append(run)
        continue
      }
      guard last.numbers.upperBound < run.numbers.lowerBound else { continue }
      if last.isFollowed(by: run) {
        self.runs[self.runs.count - 1].numbers = last.numbers.lowerBound...run.numbers.upperBound
      } else {
        self.runs.append(run)
      }
    }
  }

  init(_ ports: ServicePorts) { self.init(ports.runs.map { PortRun($0) }) }

  /// No ports.
  static let none = PortRuns([])

  var isEmpty: Bool { runs.isEmpty }
  /// The number of ports.
  var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// Cuts the runs where those of `other` begin and end. Returns each piece with the run of `other` that has its
  /// numbers.
  func cut(by other: PortRuns) -> [(piece: PortRun, other: PortRun?)] {
    var pieces: [(piece: PortRun, other: PortRun?)] = []
    var next = 0
    for run in runs {
      while next < other.runs.count, other.runs[next].isBefore(run) { next += 1 }
      var (start, index) = (Int(run.numbers.lowerBound), next)
      while index < other.runs.count, other.runs[index].overlaps(run) {
        let common = run.numbers.clamped(to: other.runs[index].numbers)
        if start < common.lowerBound { pieces.append((run.part(UInt16(start)...(common.lowerBound - 1)), nil)) }
        pieces.append((run.part(common), other.runs[index]))
        (start, index) = (Int(common.upperBound) + 1, index + 1)
      }
      if start <= run.numbers.upperBound { pieces.append((run.part(UInt16(start)...run.numbers.upperBound), nil)) }
    }
    return pieces
  }

  /// Calls `body` with each port, sorted by number and then by transport, until it returns false.
  func each(_ body: (PortRun, UInt16) -> Bool) {
    var cursors = ContainerPort.TransportProtocol.allCases.map(\.rawValue).sorted().map { transport in
      runs.filter { $0.transport.rawValue == transport }[...]
    }
    var numbers = cursors.map { $0.first?.numbers.lowerBound }
    while let lowest = numbers.compactMap(\.self).min(), let index = numbers.firstIndex(of: lowest),
      let run = cursors[index].first
    {
      guard body(run, lowest) else { return }
      if lowest < run.numbers.upperBound {
        numbers[index] = lowest + 1
      } else {
        cursors[index].removeFirst()
        numbers[index] = cursors[index].first?.numbers.lowerBound
      }
    }
  }

  /// The ports as Kubernetes writes them. Only here does each port become a value of its own.
  var value: JSONValue {
    var values: [JSONValue] = []
    values.reserveCapacity(count)
    each { run, number in
      values.append(run.value(of: number))
      return true
    }
    return .array(values)
  }
}

extension PortRun {
  fileprivate var place: (String, UInt16) { (transport.rawValue, numbers.lowerBound) }

  /// Whether this run ends before another one begins, so that it overlaps none that follow.
  fileprivate func isBefore(_ run: PortRun) -> Bool {
    transport == run.transport
      ? numbers.upperBound < run.numbers.lowerBound : transport.rawValue < run.transport.rawValue
  }

  fileprivate func overlaps(_ run: PortRun) -> Bool { transport == run.transport && numbers.overlaps(run.numbers) }

  fileprivate func value(of number: UInt16) -> JSONValue {
    var value = JSONObject()
    value["name"] = .string(name(of: number))
    value["port"] = .integer(Int64(number))
    value["protocol"] = .string(transport.rawValue)
    if let appProtocol { value["appProtocol"] = .string(appProtocol) }
    return .object(value)
  }
}

/// Consecutive ports of a Service that differ in nothing but number and name.
struct PortRun: Hashable, Sendable {
  var numbers: ClosedRange<UInt16>
  let transport: ContainerPort.TransportProtocol
  let appProtocol: String?
  let name: Name

  /// How the ports of a run are named.
  enum Name: Hashable, Sendable {
    /// The name of the only port.
    case single(String)
    /// `p` and the number, as Raymesh names worker ports.
    case numbered
    /// `old-` and the number: kept for pods of an older plan.
    case kept
  }

  init(
    _ numbers: ClosedRange<UInt16>, _ transport: ContainerPort.TransportProtocol, _ appProtocol: String?, _ name: Name
  ) {
    (self.numbers, self.transport, self.appProtocol, self.name) = (numbers, transport, appProtocol, name)
  }

  /// A run of one port.
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

  /// Returns the same ports under other names.
  func named(_ name: Name) -> PortRun { PortRun(numbers, transport, appProtocol, name) }

  /// Returns the name of the port with a number.
  func name(of number: UInt16) -> String { text(of: number, as: name) }

  private func text(of number: UInt16, as form: Name) -> String {
    switch form {
    case .single(let name): name
    case .numbered: "p\(number)"
    case .kept: "old-\(number)\(transport == .tcp ? "" : "-\(transport.rawValue.lowercased())")"
    }
  }

  /// Returns the part of the run that has these numbers.
  func part(_ numbers: ClosedRange<UInt16>) -> PortRun { PortRun(numbers, transport, appProtocol, name) }

  /// Whether the other run continues this one, and is like it.
  func isFollowed(by next: PortRun) -> Bool {
    if case .single = name { return false }
    return name == next.name && transport == next.transport && appProtocol == next.appProtocol
      && numbers.upperBound < .max && numbers.upperBound + 1 == next.numbers.lowerBound
  }
}

extension PortRuns {
  /// Returns the first numbers for a person, a range as its ends, and how many more there are.
  ///
  /// - Parameter most: how many numbers and ranges are listed.
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
