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
