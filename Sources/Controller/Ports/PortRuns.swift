internal import JSON
internal import RayPlan

/// The ports of a Service as runs, sorted by transport and number, no number twice: equal sets of ports are equal
/// values.
struct PortRuns: Hashable, Sendable {
  private(set) var runs: [PortRun] = []

  /// What is not there twice of some runs: of two that overlap the one that begins later is left out.
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
  /// How many ports there are.
  var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// The runs, cut where those of `other` begin and end; with each piece the run of `other` that has its numbers.
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

  /// Calls `body` with each port, sorted by number and then by transport, as long as it says so.
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

  /// The ports as Kubernetes writes them. Only here does each become a value of its own.
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

  /// Whether all of the run comes before another one, so that it can overlap none that follow.
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
