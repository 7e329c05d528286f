/// The ray start parameters of a running cluster that are Raymesh's, with the values that its pods were started with.
struct OwnParameters {
  private let groups: [(role: RayGroup.Role, values: [String: String])]

  /// What the record in a cluster's annotation names and the cluster has; all else is the user's.
  init(of cluster: RayCluster, by record: ManagedRecord) {
    groups = cluster.groups.map { group in
      let values = record[group.role].compactMap { name in group.parameter(name).map { (name, $0) } }
      return (group.role, Dictionary(values) { first, _ in first })
    }
  }

  /// Ours in a group as it is now: not what the user has given another value since. `nil` where the group is new.
  func kept(in group: RayGroup) -> [String: String]? {
    values(of: group.role)?.filter { name, value in group.parameter(name) ?? value == value }
  }

  /// The value that any group has for a parameter of ours, the head group's first.
  func value(of parameter: String) -> String? { groups.lazy.compactMap { $0.values[parameter] }.first }

  private func values(of role: RayGroup.Role) -> [String: String]? { groups.first { $0.role == role }?.values }
}
