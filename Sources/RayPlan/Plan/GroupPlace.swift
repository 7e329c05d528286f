public import JSON

/// A place in a group of a RayCluster.
///
/// Two places are the same if their groups have the same name, as an update may reorder worker groups.
public struct GroupPlace: Hashable, Sendable, CustomStringConvertible {
  private let group: RayGroup
  /// Where it stands below the group.
  private let path: JSONPointer

  init(_ path: JSONPointer, in group: RayGroup) {
    self.path = path
    self.group = group
  }

  /// Where it stands in the RayCluster.
  public var pointer: JSONPointer { group.pointer.appending(path: path) }

  /// The pointer.
  public var description: String { pointer.description }

  /// Compares the names of the groups and the places in them.
  public static func == (one: GroupPlace, other: GroupPlace) -> Bool {
    one.path == other.path && one.group.role == other.group.role
  }

  /// Hashes the name of the group and the place in it.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(group.role)
    hasher.combine(path)
  }

  /// The group's name as a sentence has it.
  var groupName: String { group.name }
}

extension RayGroup {
  /// Where a ray start parameter stands, or would.
  public func place(of parameter: RayParameter) -> GroupPlace { GroupPlace(parameter.path, in: self) }
}
