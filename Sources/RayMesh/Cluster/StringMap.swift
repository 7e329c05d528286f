internal import JSON

/// A map of strings, such as annotations or `rayStartParams`.
///
/// Such maps are short: to look at each key takes less than to hash one. Of a repeated key the first value counts.
public struct StringMap: Sendable {
  private var members: [(key: String, value: String)] = []

  init() {}

  init(_ members: [(key: String, value: String)]) { self.members = members }

  /// Reads an object.
  ///
  /// - Throws: `JSONMismatch` where it is none, or a value in it is no string.
  init(_ object: JSONElement, expected: String = "a string") throws(JSONMismatch) {
    guard let members = object.members else { throw object.mismatch(expected: "an object") }
    self.members.reserveCapacity(4)
    for (key, value) in members {
      guard let text = value.string else { throw value.mismatch(expected: expected) }
      self.members.append((key, text))
    }
  }

  /// The value under a key.
  public subscript(key: String) -> String? {
    for member in members where member.key.utf8.count == key.utf8.count && member.key == key { return member.value }
    return nil
  }

  /// The keys, in order.
  var keys: [String] { members.map(\.key) }

  /// The map without the members that do not satisfy a condition.
  func filter(_ isKept: (String, String) -> Bool) -> StringMap {
    StringMap(members.filter { isKept($0.key, $0.value) })
  }

  /// The same, for those who want all of it.
  var dictionary: [String: String] { Dictionary(members) { first, _ in first } }
}
