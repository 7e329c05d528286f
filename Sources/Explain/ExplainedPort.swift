public import RayPlan

/// A port of the headless Service, or worker ports that follow one another, and everything that uses it.
public struct ExplainedPort: Hashable, Sendable {
  /// The number, or the first and the last.
  public private(set) var ports: ClosedRange<Port>
  /// The Service's name for the first.
  public let name: String
  /// The Service's name for the last, the same where there is only one.
  public private(set) var lastName: String
  /// What carries it.
  public let transport: ContainerPort.TransportProtocol
  /// What the Service says that it speaks, if anything.
  public let appProtocol: AppProtocol?
  /// Who uses it, at least one; the Service's name is after the first.
  public private(set) var claims: [PortClaim]

  private init(of port: ServicePort, claims: [PortClaim]) {
    ports = port.port...port.port
    name = port.name
    lastName = port.name
    transport = port.transport
    appProtocol = port.appProtocol
    self.claims = claims
  }

  /// - Parameter listed: the Service's ports, sorted by number.
  static func all(of listed: ServicePorts, claimed claims: [PortClaim]) -> [ExplainedPort] {
    let index = ClaimIndex(of: claims)
    var all: [ExplainedPort] = []
    for port in listed {
      let next = ExplainedPort(of: port, claims: index.claims(on: port))
      if all.last?.isFollowed(by: next) == true {
        all[all.count - 1].append(next)
      } else {
        all.append(next)
      }
    }
    return all
  }

  /// Whether both are worker ports of the same nodes.
  private func isFollowed(by next: ExplainedPort) -> Bool {
    claims.first?.use == .workers && next.claims.first?.use == .workers && appProtocol == next.appProtocol
      && next.ports.lowerBound == ports.upperBound.advanced(by: 1)
      && next.claims.contains { claims.contains($0) && $0.use == .workers }
  }

  private mutating func append(_ next: ExplainedPort) {
    ports = ports.lowerBound...next.ports.upperBound
    lastName = next.lastName
    for claim in next.claims where !claims.contains(claim) { claims.append(claim) }
  }
}

/// Finds the claims on a port, of which there may be very many.
private struct ClaimIndex {
  private var ranges: [PortClaim] = []
  private var single: [Place: [PortClaim]] = [:]

  private struct Place: Hashable {
    let port: Port
    let transport: ContainerPort.TransportProtocol
  }

  init(of claims: [PortClaim]) {
    for claim in claims {
      if claim.ports.lowerBound < claim.ports.upperBound {
        ranges.append(claim)
      } else {
        single[Place(port: claim.ports.lowerBound, transport: claim.transport), default: []].append(claim)
      }
    }
  }

  /// In the order in which the Service looks for a name: components, worker ports, containers.
  func claims(on port: ServicePort) -> [PortClaim] {
    let single = single[Place(port: port.port, transport: port.transport)] ?? []
    guard port.transport == .tcp else { return single }
    let wide = ranges.filter { $0.ports.contains(port.port) }
    return single.filter { $0.use.isComponent } + wide + single.filter { !$0.use.isComponent }
  }
}
