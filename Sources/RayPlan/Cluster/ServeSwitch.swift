/// What has Ray Serve call its replicas at ports of its own, which no parameter sets. Each is an environment variable, and
/// on at `1` alone.
enum ServeSwitch: String {
  /// Calls by gRPC, at a random port of each replica (`replica.py`, `_internal_grpc_port`).
  case grpc = "RAY_SERVE_USE_GRPC_BY_DEFAULT"
  case grpcOfProxies = "RAY_SERVE_PROXY_USE_GRPC"
  case throughput = "RAY_SERVE_THROUGHPUT_OPTIMIZED"
  /// Calls by HAProxy, at the first free port of a range, which a container may list.
  case haProxy = "RAY_SERVE_ENABLE_HA_PROXY"

  /// Whether a port is a replica's by `RAY_SERVE_DIRECT_INGRESS_MIN_HTTP_PORT` and `…_MAX_HTTP_PORT`, where nobody sets
  /// them (`constants.py`).
  static func isReplica(_ port: Port) -> Bool { (30000...31000).contains(port.number) }
}

extension RayContainer {
  /// What has Serve call replicas at ports of its own here, as the environment has it.
  var serveSwitches: [ServeSwitch] {
    guard let environment, !environment.isEmpty else { return [] }
    return environment.compactMap { ServeSwitch(rawValue: $0.name) }.filter(isOn)
  }

  /// `throughput` means `grpc` too, unless that says otherwise.
  private func isOn(_ serve: ServeSwitch) -> Bool {
    guard variable(serve.rawValue)?.value == "1" else { return false }
    guard serve == .throughput, let grpc = variable(ServeSwitch.grpc.rawValue)?.value else { return true }
    return grpc == "1"
  }
}
