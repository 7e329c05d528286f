internal import Names

/// The ray start parameters of a running cluster that are Raymesh's, with the values that its pods were started with.
public struct OwnParameters {
  /// Whether KubeRay's Service for the head was to be left alone.
  let leavesHeadService: Bool
  private var groups = RoleMap<StringMap>()
  private let moved: [String: String]
  /// Whether the whole worker range has been given other numbers, and not only an end of one group's.
  private let movesRange: Bool

  /// What the record in a cluster's annotation names and the cluster has; all else is the user's.
  ///
  /// - Parameters:
  ///   - moved: the values that a first look at the same write has given to some of them instead.
  ///   - now: the cluster as it is written.
  ///
  /// If groups share a name, nobody can tell which of them the record means, so nothing in them is Raymesh's.
  public init(of cluster: RayCluster, by record: ManagedRecord, moved: [String: String] = [:], now: RayCluster? = nil) {
    self.moved = moved
    movesRange =
      now?.groups.contains { group in
        WorkerPorts.ends.allSatisfy { group.parameter($0) != nil && group.parameter($0) == moved[$0.name] }
      } ?? false
    leavesHeadService = cluster.settings.headServiceAnnotations?[Annotation.inject] == "false"
    for group in cluster.groups {
      groups[group.role] = groups[group.role] == nil ? OwnParameters.values(in: group, by: record) : StringMap()
    }
  }

  private static func values(in group: RayGroup, by record: ManagedRecord) -> StringMap {
    StringMap(record[group.role].sorted.compactMap { name in group.parameter(name).map { (key: name, value: $0) } })
  }

  /// Ours in a group as it is now: not what the user has given another value since. `nil` if the group is new.
  public func kept(in group: RayGroup) -> StringMap? {
    values(of: group.role)?.filter { name, value in
      let now = group.parameter(name) ?? value
      return now == value || now == moved[name]
    }
  }

  /// The value that any group has for a parameter of ours, the head group's first, or that it has been given since.
  func value(of parameter: RayParameter) -> String? {
    groups.entries.lazy.compactMap { $0.value[parameter] }.first.map { moved[parameter.name] ?? $0 }
  }

  /// The values that groups have for a parameter of ours.
  func values(of parameter: RayParameter) -> [String] { groups.entries.compactMap { $0.value[parameter] } }

  /// The worker range that Raymesh chose, which is that of any group both of whose ends are Raymesh's.
  var workerRange: ClosedRange<Port>? {
    groups.entries.lazy.compactMap { group in
      let ends = [RayParameter.minWorkerPort, .maxWorkerPort].map { end in
        group.value[end].flatMap { Port((movesRange ? moved[end.name] : nil) ?? $0) }
      }
      guard let lower = ends[0], let upper = ends[1], lower < upper else { return nil }
      return lower...upper
    }.first
  }

  private func values(of role: RayGroup.Role) -> StringMap? { groups[role] }
}

/// Values by the role of a group, in the order in which they came.
///
/// A few are looked through, as that takes less than to hash a name; beyond that a table finds them.
struct RoleMap<Value> {
  private(set) var entries: [(role: RayGroup.Role, value: Value)] = []
  private var places: [RayGroup.Role: Int] = [:]

  private static var few: Int { 32 }

  /// The value of a role. A new one comes last.
  subscript(role: RayGroup.Role) -> Value? {
    get { place(of: role).map { entries[$0].value } }
    set {
      guard let newValue else { return }
      if let place = place(of: role) {
        entries[place].value = newValue
      } else {
        entries.append((role, newValue))
        if entries.count > RoleMap.few { index() }
      }
    }
  }

  private func place(of role: RayGroup.Role) -> Int? {
    entries.count > RoleMap.few ? places[role] : entries.firstIndex { $0.role == role }
  }

  private mutating func index() {
    for place in places.count..<entries.count { places[entries[place].role] = place }
  }
}
