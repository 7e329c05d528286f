/// How many CPUs Ray will count on a group's nodes, and by whose word.
public struct CPUCount: Hashable, Sendable {
  /// The number, rounded up.
  public let count: Int
  /// Who says so.
  public let source: Source

  /// Where the number comes from: the first of these that there is.
  public enum Source: String, Sendable {
    /// The ray start parameter `num-cpus`.
    case parameter = "num-cpus"
    /// The group's own `resources` (KubeRay 1.5 on).
    case group = "resources"
    /// The Ray container's CPU limit.
    case limit
    /// The Ray container's CPU request.
    case request
    /// Nobody. What is counted then is a large node, as at admission nobody knows the real one.
    case nobody
  }
}

extension RayGroup {
  /// How many CPUs Ray will count on a node: the user's `num-cpus`, else the group's or the Ray container's resources.
  ///
  /// A value that only the pod's shell can tell, such as `$(nproc)`, is passed over.
  func cpuCount() throws(PlanFault) -> CPUCount {
    switch value(of: .cpus) {
    case .absent, .unknown: break
    case .split: throw fault(of: .cpus, expected: .oneWord)
    case .word(let text):
      guard let count = Quantity(text)?.roundedUp ?? Int(python: text), count >= 0 else {
        throw fault(of: .cpus, evaluated: text, expected: .cpus)
      }
      return CPUCount(count: count, source: .parameter)
    }
    if let groupCPUs { return CPUCount(count: groupCPUs, source: .group) }
    if let limit = container.cpuLimit { return CPUCount(count: limit, source: .limit) }
    if let request = container.cpuRequest { return CPUCount(count: request, source: .request) }
    return CPUCount(count: 16, source: .nobody)
  }
}
