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
