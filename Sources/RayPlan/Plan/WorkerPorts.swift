/// The ports of a group's worker processes: one for each worker, actor, driver and job supervisor on a node.
public struct WorkerPorts: Hashable, Sendable {
  /// The ports.
  public let ports: Ports
  /// The parameters that Raymesh adds, each an end of the range.
  package let added: ParameterSet
  /// What Ray takes by itself if nobody has set both bounds: reserved on the nodes, but in no Service.
  let unlisted: ClosedRange<Port>?

  init(ports: Ports, added: ParameterSet = [], unlisted: ClosedRange<Port>? = nil) {
    self.ports = ports
    self.added = added
    self.unlisted = unlisted
  }

  /// A range, or the user's list. Neither is ever spelled out port by port.
  public enum Ports: Hashable, Sendable {
    case range(ClosedRange<Port>)
    case list(PortRanges)
  }

  /// No ports that are known.
  static let none = WorkerPorts(ports: .list(.none))

  /// The parameters of both ends of a range.
  package static let ends: ParameterSet = [.minWorkerPort, .maxWorkerPort]

  /// `--min-worker-port`'s default in `ray start`.
  package static let firstPort = Port.known(10002)
  /// `--max-worker-port`'s.
  static let lastPort = Port.known(19999)

  /// How many ports a node needs: one for each idle worker, actor, driver and client session, and those that
  /// stay blocked for a minute after use. Too few is a silent hang.
  package static func need(cpus: Int) -> Int { max(50, cpus >= 65535 / 4 ? 65535 : 4 * cpus + 20) }

  /// The ports as ranges, the lowest first.
  public var ranges: [ClosedRange<Port>] {
    switch ports {
    case .range(let range): [range]
    case .list(let list): list.ranges
    }
  }

  /// How many there are.
  public var count: Int {
    switch ports {
    case .range(let range): range.portCount
    case .list(let list): list.count
    }
  }

  /// The lowest of them, or `nil` if there is none.
  var lowest: Port? {
    switch ports {
    case .range(let range): range.lowerBound
    case .list(let list): list.ranges.first?.lowerBound
    }
  }

  /// The highest of them, or `nil` if there is none.
  var highest: Port? {
    switch ports {
    case .range(let range): range.upperBound
    case .list(let list): list.ranges.last?.upperBound
    }
  }

  /// Whether any of them is in a range.
  func overlaps(_ range: ClosedRange<Port>) -> Bool {
    switch ports {
    case .range(let own): own.overlaps(range)
    case .list(let list): list.overlaps(range)
    }
  }

  /// Calls `body` with the ports in words of 64, each by its place and with a bit for each port. A word of a list may
  /// come more than once.
  func eachWord(_ body: (Int, UInt64) -> Void) {
    for range in ranges {
      for word in PortSet.words(of: range) { body(word, PortSet.bits(of: range, in: word)) }
    }
  }

  /// Whether `ray start` refuses a component on a port.
  func reserve(_ port: Port) -> Bool { contains(port) || (unlisted?.contains(port) ?? false) }

  /// Whether a port is one of them.
  public func contains(_ port: Port) -> Bool {
    switch ports {
    case .range(let range): range.contains(port)
    case .list(let list): list.contains(port)
    }
  }
}
