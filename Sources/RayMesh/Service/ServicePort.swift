public import JSON

/// One port of the headless Service.
public struct ServicePort: Hashable, Sendable {
  /// Its name, unique in the Service.
  public let name: String
  /// The number, on the Service as on the pods: a headless Service translates nothing.
  public let port: Port
  /// What carries it.
  public let transport: ContainerPort.Transport
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

  /// What its name says that it speaks, `nil` where that says nothing.
  var namedProtocol: AppProtocol? { transport == .tcp ? name.flatMap { AppProtocol(portName: $0) } : nil }
}
