public import JSON
internal import Names

/// The Service that lists exactly the ports of a plan and gives every pod of the cluster a DNS name.
///
/// It does not carry the guide's label `ray.io/headless-worker-svc`: that one only stops KubeRay from making the
/// Service of its own on which groups of several hosts depend.
public struct HeadlessService: Hashable, Sendable {
  /// Its name, by `ServiceName`.
  public let name: String
  /// The cluster's namespace.
  public let namespace: String
  /// The cluster whose pods it selects.
  public let cluster: String
  /// Its ports, sorted by number. They stay ranges until the Service is written.
  public let ports: ServicePorts

  /// The Service of a plan.
  ///
  /// - Throws: `JSONMismatch` if the cluster has no name yet, as under `generateName`.
  public init(for plan: PortPlan) throws(JSONMismatch) {
    guard case .known(let cluster) = plan.cluster.name, let name = plan.service?.known else {
      throw JSONMismatch(
        at: "/metadata/name", found: "nothing", expected: "the cluster's name, as its Service is called after it")
    }
    self.name = name
    self.cluster = cluster
    namespace = plan.cluster.namespace
    ports = ServicePortList(of: plan).ports
  }

  /// The Service as a Kubernetes object.
  ///
  /// Pods need their names before they are ready, hence `publishNotReadyAddresses`; and every sidecar that sees the
  /// Service holds all its ports, hence the export to its own namespace only.
  public var object: JSONValue {
    [
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": [
        "name": .string(name),
        "namespace": .string(namespace),
        "labels": [Label.managedBy: WellKnown.program],
        "annotations": [Annotation.exportTo: "."],
      ],
      "spec": [
        "clusterIP": "None",
        "publishNotReadyAddresses": true,
        "selector": [Label.cluster: .string(cluster)],
        "ports": .array(ports.map(\.value)),
      ],
    ]
  }
}

extension HeadlessService {
  /// The Service of a RayCluster manifest, planned as the reviewer with the same options plans a stored cluster.
  ///
  /// - Parameter namespace: the namespace if the manifest does not say.
  /// - Throws: `Refusal` if it is not a RayCluster, cannot be read, has no name, or cannot work as it is written.
  public init(of manifest: JSONElement, namespace: String, options: PlanOptions = .standard) throws(Refusal) {
    var budget = WorkBudget()
    try self.init(of: manifest, namespace: namespace, options: options, within: &budget)
  }

  /// The same, with no more work than a budget allows.
  ///
  /// - Throws: `Refusal` as above, and if it takes more.
  public init(
    of manifest: JSONElement, namespace: String, options: PlanOptions, within budget: inout WorkBudget
  ) throws(Refusal) {
    let cluster: RayCluster
    do throws(JSONMismatch) {
      cluster = try RayCluster(manifest: manifest, namespace: namespace, within: &budget)
    } catch { throw Refusal(faults: [.unreadable(error)]) }
    let plan = try PortPlan(stored: cluster, options: options, within: &budget)
    do throws(JSONMismatch) { try self.init(for: plan) } catch { throw Refusal(faults: [.unreadable(error)]) }
  }
}

/// The ports of a Service, in the order of their numbers. Neighbors that are alike are one run, so a range of ten
/// thousand ports costs what one port costs; single ports exist only while somebody iterates.
public struct ServicePorts: Hashable, Sendable {
  /// The runs, sorted by number and then by transport.
  public private(set) var runs: [Run] = []

  /// Ports with consecutive numbers that differ in nothing but number and name.
  public struct Run: Hashable, Sendable {
    /// The first number and the last.
    public internal(set) var numbers: ClosedRange<Port>
    /// What carries them.
    public let transport: ContainerPort.TransportProtocol
    /// What the mesh is told that they speak.
    public let appProtocol: AppProtocol?
    /// The name of the only port, or `nil` if each is called `p` and its number.
    public let name: String?

    /// How many ports the run has.
    public var count: Int { Int(numbers.upperBound.number) - Int(numbers.lowerBound.number) + 1 }

    /// The port with a number of the run.
    func port(_ number: Port) -> ServicePort {
      ServicePort(
        name: name ?? "\(Run.prefix)\(number)", port: number, transport: transport, appProtocol: appProtocol)
    }

    /// The prefix of a name that is made from a number.
    static let prefix = "p"

    /// UDP and SCTP stay single, so that a range of TCP can be cut around their numbers.
    fileprivate func isFollowed(by next: Run) -> Bool {
      name == nil && next.name == nil && transport == .tcp && next.transport == .tcp
        && appProtocol == next.appProtocol && numbers.upperBound.number < .max
        && numbers.upperBound.advanced(by: 1) == next.numbers.lowerBound
    }
  }

  /// - Parameter runs: no number twice for one transport.
  init(_ runs: [Run]) {
    let single = Set(runs.lazy.filter { $0.transport != .tcp }.map(\.numbers.lowerBound)).sorted()
    let pieces = single.isEmpty ? runs : runs.flatMap { $0.cut(around: single) }
    for run in pieces.sorted(by: { $0.place < $1.place }) {
      if let last = self.runs.last, last.isFollowed(by: run) {
        self.runs[self.runs.count - 1].numbers = last.numbers.lowerBound...run.numbers.upperBound
      } else {
        self.runs.append(run)
      }
    }
  }
}

extension ServicePorts.Run {
  fileprivate var place: (Port, String) { (numbers.lowerBound, transport.rawValue) }

  /// The run with some of its numbers by themselves: they have ports of another transport too, which come right behind.
  fileprivate func cut(around single: [Port]) -> [ServicePorts.Run] {
    guard numbers.lowerBound < numbers.upperBound else { return [self] }
    var (pieces, rest): ([ServicePorts.Run], Int) = ([], Int(numbers.lowerBound.number))
    func add(_ first: Int, _ last: Int) {
      guard first <= last, let lower = Port(first), let upper = Port(last) else { return }
      pieces.append(
        ServicePorts.Run(numbers: lower...upper, transport: transport, appProtocol: appProtocol, name: name))
    }
    for port in single[single.firstIndex(from: numbers.lowerBound)...].prefix(while: { $0 <= numbers.upperBound }) {
      add(rest, Int(port.number) - 1)
      add(Int(port.number), Int(port.number))
      rest = Int(port.number) + 1
    }
    add(rest, Int(numbers.upperBound.number))
    return pieces
  }
}

extension [Port] {
  /// Where the ports from a number on begin; they are sorted.
  fileprivate func firstIndex(from port: Port) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < port { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension ServicePorts: Collection {
  /// A run, and how far into it.
  public struct Index: Hashable, Comparable, Sendable {
    let run: Int
    let offset: Int

    /// By run, then by number.
    public static func < (one: Index, other: Index) -> Bool {
      (one.run, one.offset) < (other.run, other.offset)
    }
  }

  /// The first port.
  public var startIndex: Index { Index(run: 0, offset: 0) }
  /// Behind the last port.
  public var endIndex: Index { Index(run: runs.count, offset: 0) }
  /// How many ports there are, counted by runs.
  public var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// The port at an index.
  public subscript(index: Index) -> ServicePort {
    let run = runs[index.run]
    return run.port(run.numbers.lowerBound.advanced(by: index.offset))
  }

  /// The index of the next port.
  public func index(after index: Index) -> Index {
    index.offset + 1 < runs[index.run].count
      ? Index(run: index.run, offset: index.offset + 1) : Index(run: index.run + 1, offset: 0)
  }
}
