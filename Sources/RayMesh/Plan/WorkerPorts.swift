internal import JSON

/// The ports of a group's worker processes: one for each worker, actor, driver and job supervisor on a node.
public struct WorkerPorts: Hashable, Sendable {
  /// The ports.
  public let ports: Ports
  /// Which ray start parameters Raymesh adds, with their values.
  public let added: [Addition]

  /// A range, or the user's list.
  public enum Ports: Hashable, Sendable {
    case range(ClosedRange<Port>)
    case list([Port])
  }

  /// A parameter that Raymesh adds.
  public struct Addition: Hashable, Sendable {
    /// The ray start parameter.
    public let parameter: String
    /// Its value.
    public let port: Port
  }

  static let minimum = "min-worker-port"
  static let maximum = "max-worker-port"
  static let list = "worker-port-list"

  /// `--min-worker-port`'s default in `ray start`.
  static let firstPort = Port.known(10002)

  /// How many ports a node needs: one for each idle worker, actor, driver and client session, and those that
  /// stay blocked for a minute after use. Too few is a silent hang.
  static func need(cpus: Int) -> Int { max(50, cpus >= 65535 / 4 ? 65535 : 4 * cpus + 20) }

  /// Every port, in the order of the range or the list.
  public var all: [Port] {
    switch ports {
    case .range(let range): (range.lowerBound.number...range.upperBound.number).map(Port.known)
    case .list(let list): list
    }
  }

  /// How many there are.
  public var count: Int {
    switch ports {
    case .range(let range): Int(range.upperBound.number) - Int(range.lowerBound.number) + 1
    case .list(let list): list.count
    }
  }

  /// Whether a port is one of them.
  public func contains(_ port: Port) -> Bool {
    switch ports {
    case .range(let range): range.contains(port)
    case .list(let list): list.contains(port)
    }
  }
}

/// What the user says about a group's worker ports, read but not yet completed.
enum StatedWorkerPorts {
  case nothing
  case minimum(Port)
  case maximum(Port)
  case range(ClosedRange<Port>)
  case list([Port])

  /// - Throws: `PlanFault` where a value is no port or the range is empty.
  init(of group: RayGroup) throws(PlanFault) {
    do throws(JSONMismatch) {
      if let text = group.parameter(WorkerPorts.list) {
        self = .list(try StatedWorkerPorts.list(text, of: group))
        return
      }
      let minimum = try group.port(at: WorkerPorts.minimum, from: .firstUnprivileged)
      switch (minimum, try group.port(at: WorkerPorts.maximum, from: .firstUnprivileged)) {
      case (nil, nil): self = .nothing
      case (let minimum?, nil): self = .minimum(minimum)
      case (nil, let maximum?): self = .maximum(maximum)
      case (let minimum?, let maximum?): self = .range(minimum...max(minimum, maximum))
      }
    } catch {
      throw .unreadable(error)
    }
    try checkBounds(in: group)
  }

  /// The ports, completed: the missing end from the one that is there, nothing at all from the shared range.
  func completed(need: Int, shared: ClosedRange<Port>) -> WorkerPorts {
    switch self {
    case .nothing: WorkerPorts(ports: .range(shared), added: [.minimum(shared), .maximum(shared)])
    case .minimum(let minimum): .completing(minimum...minimum.advanced(by: need - 1)) { [.maximum($0)] }
    case .maximum(let maximum): .completing(WorkerPorts.firstPort...maximum) { [.minimum($0)] }
    case .range(let range): WorkerPorts(ports: .range(range), added: [])
    case .list(let list): WorkerPorts(ports: .list(list), added: [])
    }
  }

  /// `ray start` refuses a maximum that is not above the minimum (`services.py`, `_validate_ports`).
  private func checkBounds(in group: RayGroup) throws(PlanFault) {
    let maximum = group.parameter(WorkerPorts.maximum).flatMap { Port($0) }
    let minimum = group.parameter(WorkerPorts.minimum).flatMap { Port($0) }
    let lower = minimum ?? WorkerPorts.firstPort
    guard (maximum ?? Port.known(.max)) > lower else {
      throw .emptyWorkerRange(
        group.place(of: WorkerPorts.minimum), lower, group.place(of: WorkerPorts.maximum), maximum)
    }
  }

  /// No spaces: the shell that runs `ray start` would make two words of them. And no port twice, as `ray start` then
  /// finds it taken.
  private static func list(_ text: String, of group: RayGroup) throws(JSONMismatch) -> [Port] {
    let place = group.place(of: WorkerPorts.list)
    var ports: [Port] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      ports.append(try Port.read(String(part), from: .firstUnprivileged, at: place))
    }
    guard Set(ports).count == ports.count else {
      throw JSONMismatch(at: place, found: JSONValue.string(text).summary, expected: "each port once")
    }
    return ports
  }
}

extension WorkerPorts {
  fileprivate static func completing(
    _ range: ClosedRange<Port>, _ added: (ClosedRange<Port>) -> [Addition]
  ) -> WorkerPorts {
    WorkerPorts(ports: .range(range), added: added(range))
  }
}

extension WorkerPorts.Addition {
  fileprivate static func minimum(_ range: ClosedRange<Port>) -> WorkerPorts.Addition {
    WorkerPorts.Addition(parameter: WorkerPorts.minimum, port: range.lowerBound)
  }

  fileprivate static func maximum(_ range: ClosedRange<Port>) -> WorkerPorts.Addition {
    WorkerPorts.Addition(parameter: WorkerPorts.maximum, port: range.upperBound)
  }
}
