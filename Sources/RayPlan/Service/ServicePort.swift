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

  /// What its name says that it speaks, `nil` where that says nothing.
  package var namedProtocol: AppProtocol? { transport == .tcp ? name.flatMap { AppProtocol(portName: $0) } : nil }
}

extension AppProtocol {
  /// What a port's name says that it speaks: Ray Serve's names, and Istio's prefixes as far as a mesh gains by them.
  init?(portName name: String) {
    switch name {
    case "serve": self = .http
    case "serve-grpc": self = .grpc
    case let name where name.hasPrefix("grpc"): self = .grpc
    case let name where name.hasPrefix("https"): self = .https
    case let name where name.hasPrefix("http"): self = .http
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
  /// Where Ray Serve's proxies listen (`DEFAULT_HTTP_PORT`), which KubeRay's Services list too.
  static let serve = known(8000)
}
