internal import JSON

/// A ray start parameter that Raymesh goes by. In the order of the alphabet, so that a set of them needs no sorting.
enum RayParameter: Int, CaseIterable {
  case dashboardAgentGRPCPort
  case dashboardAgentListenPort
  case dashboardGRPCPort
  case dashboardPort
  case maxWorkerPort
  case metricsExportPort
  case minWorkerPort
  case nodeIPAddress
  case nodeManagerPort
  case cpus
  case objectManagerPort
  case port
  case rayClientServerPort
  case runtimeEnvAgentPort
  case workerPortList

  /// Its name, which needs no escape in JSON or in a JSON pointer.
  var word: StaticString {
    switch self {
    case .dashboardAgentGRPCPort: "dashboard-agent-grpc-port"
    case .dashboardAgentListenPort: "dashboard-agent-listen-port"
    case .dashboardGRPCPort: "dashboard-grpc-port"
    case .dashboardPort: "dashboard-port"
    case .maxWorkerPort: "max-worker-port"
    case .metricsExportPort: "metrics-export-port"
    case .minWorkerPort: "min-worker-port"
    case .nodeIPAddress: "node-ip-address"
    case .nodeManagerPort: "node-manager-port"
    case .cpus: "num-cpus"
    case .objectManagerPort: "object-manager-port"
    case .port: "port"
    case .rayClientServerPort: "ray-client-server-port"
    case .runtimeEnvAgentPort: "runtime-env-agent-port"
    case .workerPortList: "worker-port-list"
    }
  }

  /// Its name.
  var name: String { RayParameter.names[rawValue] }

  /// Where it stands below a group.
  var path: JSONPointer { RayParameter.paths[rawValue] }

  /// The parameter of a name.
  init?(_ name: String) {
    let length = name.utf8.count
    for (place, known) in RayParameter.lengths.enumerated() where known == length && RayParameter.names[place] == name {
      self.init(rawValue: place)
      return
    }
    return nil
  }

  private static let paths = names.map { ("/rayStartParams" as JSONPointer).appending($0) }
  private static let names = allCases.map(\.word.description)
  private static let lengths = allCases.map(\.word.utf8CodeUnitCount)
}
