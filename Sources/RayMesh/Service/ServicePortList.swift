/// The Service's ports as they are gathered: every number once, every name once.
struct ServicePortList {
  private(set) var ports: [ServicePort] = []
  private var taken: Set<Place> = []
  private var names: Set<String> = []

  private struct Place: Hashable {
    let port: Port
    let transport: ContainerPort.Transport
  }

  /// Numbers whose protocol is not to be said: all where peers dial IPs, else those that are claimed for two.
  private let isUnnamed: Bool
  private let disputed: Set<Port>

  /// Every port of a plan, and every port of its Ray containers, sorted by number.
  init(of plan: PortPlan) {
    isUnnamed = !plan.isNamed
    disputed = Set(plan.disputedPorts)
    let listed = plan.listed
    // The head group comes first, so its number keeps the plain name.
    for planned in listed.components {
      let component = planned.component
      add(planned.port, .tcp, component.appProtocol, name: component.servicePortName)
    }
    for range in listed.workers {
      for number in range.lowerBound.number...range.upperBound.number {
        add(.known(number), .tcp, .grpc, name: "p\(number)")
      }
    }
    for port in listed.containers { add(port) }
    ports.sort { ($0.port.number, $0.transport.rawValue) < ($1.port.number, $1.transport.rawValue) }
  }

  private mutating func add(_ port: ContainerPort) {
    add(port.port, port.transport, port.appProtocol, name: port.name ?? "p\(port.port)")
  }

  private mutating func add(
    _ port: Port, _ transport: ContainerPort.Transport, _ appProtocol: AppProtocol?, name: String
  ) {
    guard taken.insert(Place(port: port, transport: transport)).inserted else { return }
    let free = freeName(name, port, transport)
    let isSaid = !isUnnamed && !(transport == .tcp && disputed.contains(port))
    ports.append(ServicePort(name: free, port: port, transport: transport, appProtocol: isSaid ? appProtocol : nil))
  }

  /// The name, or with as much behind it as it takes to be the only one.
  private mutating func freeName(_ name: String, _ port: Port, _ transport: ContainerPort.Transport) -> String {
    let longest = "\(name)-\(port)-\(transport.rawValue.lowercased())"
    for candidate in [name, "\(name)-\(port)", longest] where names.insert(candidate).inserted { return candidate }
    var count = 2
    while !names.insert("\(longest)-\(count)").inserted { count += 1 }
    return "\(longest)-\(count)"
  }
}
