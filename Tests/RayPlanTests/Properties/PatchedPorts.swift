import JSON
import RayPlan
import TestSupport
import Testing

/// The ports that a patched RayCluster will use, read from its JSON by rules that share no code with the plan.
extension PatchedCluster {
  private static let everywhere = [
    "node-manager-port", "object-manager-port", "runtime-env-agent-port", "dashboard-agent-grpc-port",
    "dashboard-agent-listen-port", "metrics-export-port",
  ]

  private var groups: [JSONValue] {
    [patched["spec"]?["headGroupSpec"] ?? .null] + (patched["spec"]?["workerGroupSpecs"]?.elements ?? [])
  }

  /// Every port that must be in the Service, and no other.
  func portsOfPatched() throws -> [PortNumber] {
    var ports: [PortNumber] = []
    for (index, group) in groups.enumerated() {
      ports += try guardedPorts(of: group, isHead: index == 0).map { PortNumber($0) }
      ports += try workerPorts(of: group).map { PortNumber($0) }
      let container = try #require(group.value(at: "/template/spec/containers/0"))
      if index == 0 {
        ports.append(PortNumber(variable("AUTOSCALER_METRIC_PORT", of: container) ?? 44217))
        ports.append(PortNumber(variable("DASHBOARD_METRIC_PORT", of: container) ?? 44227))
      }
      for port in container["ports"]?.elements ?? [] {
        let protocolName = port["protocol"]?.string ?? ""
        ports.append(PortNumber(try #require(port["containerPort"]?.int), protocolName.isEmpty ? "TCP" : protocolName))
      }
    }
    return ports
  }

  /// What `ray start` would refuse on any node: a port taken twice, or among the worker ports.
  func expectWorkingGroups(_ context: Comment) throws {
    for (index, group) in groups.enumerated() {
      // On a worker nothing listens on a head's dashboard and client port, and they are kept free all the same.
      let guarded = try guardedPorts(of: group, isHead: index == 0) + (index == 0 ? [] : [8265, 10001])
      #expect(Set(guarded).count == guarded.count, context)
      #expect(try Set(guarded).isDisjoint(with: workerPorts(of: group)), context)
    }
  }

  private func guardedPorts(of group: JSONValue, isHead: Bool) throws -> [Int] {
    var ports = try PatchedCluster.everywhere.map { name in
      try #require(group["rayStartParams"]?[name]?.number, "\(name) is not set")
    }
    if isHead {
      for (name, usual) in [("port", 6379), ("dashboard-port", 8265), ("ray-client-server-port", 10001)] {
        ports.append(group["rayStartParams"]?[name]?.number ?? usual)
      }
      // From 2.45 on Ray takes no notice of it.
      let isOld = plan.cluster.rayVersion.map { $0 < RayVersion(major: 2, minor: 45) } ?? true
      if isOld, let port = group["rayStartParams"]?["dashboard-grpc-port"]?.number { ports.append(port) }
    }
    return ports
  }

  private func workerPorts(of group: JSONValue) throws -> [Int] {
    let parameters = try #require(group["rayStartParams"])
    if let list = parameters["worker-port-list"]?.string {
      return list.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) }
    }
    let first = try #require(parameters["min-worker-port"]?.number)
    return Array(first...(try #require(parameters["max-worker-port"]?.number)))
  }

  private func variable(_ name: String, of container: JSONValue) -> Int? {
    container["env"]?.elements?.last { $0["name"]?.string == name }?["value"]?.number
  }
}

extension JSONValue {
  /// The number that a string is.
  fileprivate var number: Int? { string.flatMap { Int($0) } }

  /// The number that this is.
  fileprivate var int: Int? { if case .integer(let number) = self { Int(number) } else { nil } }
}
