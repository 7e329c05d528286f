public import JSON

/// One port of the headless Service.
public struct ServicePort: Hashable, Sendable {
  /// Its name, unique in the Service.
  public let name: String
  /// The number, on the Service as on the pods: a headless Service translates nothing.
  public let port: Port
  /// What carries it.
  public let transport: ContainerPort.TransportProtocol
  /// What the mesh is told that it speaks; `nil` for UDP and SCTP, which Istio does not look into.
  public let appProtocol: AppProtocol?

  /// The port as Kubernetes writes it.
  public var value: JSONValue {
    var value = JSONObject()
    value["name"] = .string(name)
    value["port"] = .integer(Int64(port.number))
    value["protocol"] = .string(transport.rawValue)
    if let appProtocol { value["appProtocol"] = .string(appProtocol.rawValue) }
    return .object(value)
  }
}

extension ContainerPort {
  /// What a port of the user's own speaks, told by its name as Istio tells a Service port's by its prefix.
  var appProtocol: AppProtocol? {
    transport == .tcp ? namedProtocol ?? AppProtocol(unnamed: port, name: name) ?? .tcp : nil
  }

  /// What its name says that it speaks, `nil` if that says nothing.
  package var namedProtocol: AppProtocol? { transport == .tcp ? name.flatMap { AppProtocol(portName: $0) } : nil }
}

extension AppProtocol {
  /// What a port's name says that it speaks: Ray Serve's names, and Istio's prefixes as far as a mesh gains by them.
  init?(portName name: String) {
    // Most names begin with another letter.
    switch name.utf8.first {
    case UInt8(ascii: "g"): if name.hasPrefix("grpc") { self = .grpc } else { return nil }
    case UInt8(ascii: "h"):
      guard name.hasPrefix("http") else { return nil }
      self = name.hasPrefix("https") ? .https : .http
    case UInt8(ascii: "s"):
      guard name == "serve" || name == "serve-grpc" else { return nil }
      self = name == "serve" ? .http : .grpc
    default: return nil
    }
  }

  /// What a port that is no component's speaks by its number alone: Ray Serve's is known, unless the name says that it
  /// is another's (Istio, "Protocol Selection").
  init?(unnamed port: Port, name: String?) {
    let prefix = name?.prefix { $0 != "-" } ?? ""
    guard port == .serve, !["mongo", "mysql", "redis", "tcp", "tls", "udp"].contains(prefix) else { return nil }
    self = .http
  }
}

extension Port {
  /// The port of Ray Serve's proxies (`DEFAULT_HTTP_PORT`), which KubeRay's Services list too.
  static let serve = known(8000)
}

/// The Service's ports as they are gathered: every number once, every name once.
package struct ServicePortList {
  private var runs: [ServicePorts.Run] = []
  private var taken: Set<Place> = []
  private var names: Set<String> = []
  /// The numbers that are listed as worker ports.
  private var workers = PortSet()

  private struct Place: Hashable {
    let port: Port
    let transport: ContainerPort.TransportProtocol
  }

  /// Numbers whose protocol is not to be said: all if peers dial IPs, else those that are claimed for two.
  private let isUnnamed: Bool
  private var disputed = PortSet()

  /// The ports, sorted by number.
  package var ports: ServicePorts { ServicePorts(runs) }

  /// Every port of a plan, and every port of its Ray containers.
  package init(of plan: PortPlan) {
    isUnnamed = !plan.isNamed
    for port in plan.disputedPorts { disputed.insert(port) }
    let listed = plan.listed
    // The head group comes first, so its number keeps the plain name.
    for planned in listed.components {
      let component = planned.component
      add(planned.port, .tcp, component.appProtocol, name: component.servicePortName)
    }
    for range in listed.workers { workers.insert(range) }
    for (range, isDisputed) in workers.stretches(splitBy: disputed) {
      let said: AppProtocol? = isUnnamed || isDisputed ? nil : .grpc
      runs.append(ServicePorts.Run(numbers: range, transport: .tcp, appProtocol: said, name: nil))
    }
    for port in listed.containers { add(port) }
  }

  private mutating func add(_ port: ContainerPort) {
    guard port.transport != .tcp || !workers.contains(port.port) else { return }
    add(port.port, port.transport, port.appProtocol, name: port.name ?? "\(ServicePorts.Run.prefix)\(port.port)")
  }

  private mutating func add(
    _ port: Port, _ transport: ContainerPort.TransportProtocol, _ appProtocol: AppProtocol?, name: String
  ) {
    guard taken.insert(Place(port: port, transport: transport)).inserted else { return }
    let free = freeName(name, port, transport)
    let isSaid = !isUnnamed && !(transport == .tcp && disputed.contains(port))
    runs.append(
      ServicePorts.Run(
        numbers: port...port, transport: transport, appProtocol: isSaid ? appProtocol : nil,
        name: free == "\(ServicePorts.Run.prefix)\(port)" ? nil : free))
  }

  /// The name, or with as much behind it as it takes to be the only one.
  private mutating func freeName(_ name: String, _ port: Port, _ transport: ContainerPort.TransportProtocol) -> String {
    let longest = "\(name)-\(port)-\(transport.rawValue.lowercased())"
    for candidate in [name, "\(name)-\(port)", longest] where isFree(candidate) { return candidate }
    var count = 2
    while !isFree("\(longest)-\(count)") { count += 1 }
    return "\(longest)-\(count)"
  }

  /// Takes a name; false if another port has it.
  private mutating func isFree(_ name: String) -> Bool { !isOfWorker(name) && names.insert(name).inserted }

  /// Whether a worker port is called so.
  private func isOfWorker(_ name: String) -> Bool {
    let prefix = ServicePorts.Run.prefix
    guard name.hasPrefix(prefix), let port = Port(String(name.dropFirst(prefix.count))) else { return false }
    return workers.contains(port) && name == "\(prefix)\(port)"
  }
}
