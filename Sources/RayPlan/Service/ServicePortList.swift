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

  /// Numbers whose protocol is not to be said: all where peers dial IPs, else those that are claimed for two.
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
