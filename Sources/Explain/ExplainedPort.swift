package import RayPlan

/// A port of the headless Service, or a range of worker ports, and everything that uses it.
package struct ExplainedPort: Hashable, Sendable {
  /// The port, or the first and the last port.
  package private(set) var ports: ClosedRange<Port>
  /// The name of the first port in the Service.
  package let name: String
  /// The name of the last port in the Service; the same if there is only one.
  package private(set) var lastName: String
  /// The transport protocol.
  package let transport: ContainerPort.TransportProtocol
  /// The application protocol in the Service, if there is one.
  package let appProtocol: AppProtocol?
  /// The uses of the port, at least one. The Service names the port after the first.
  package private(set) var claims: [PortClaim]

  private init(of port: ServicePort, claims: [PortClaim]) {
    ports = port.port...port.port
    name = port.name
    lastName = port.name
    transport = port.transport
    appProtocol = port.appProtocol
    self.claims = claims
  }

  /// Returns all ports of the Service, with worker ports joined into ranges.
  ///
  /// - Parameter listed: the ports of the Service, sorted by number.
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

  /// Whether the next port continues a range of worker ports of the same nodes.
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

/// Finds the claims on a port quickly, because there may be very many.
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

  /// Returns the claims in the order in which the Service chooses a name: components, worker ports, containers.
  func claims(on port: ServicePort) -> [PortClaim] {
    let single = single[Place(port: port.port, transport: port.transport)] ?? []
    guard port.transport == .tcp else { return single }
    let wide = ranges.filter { $0.ports.contains(port.port) }
    return single.filter { $0.use.isComponent } + wide + single.filter { !$0.use.isComponent }
  }
}
