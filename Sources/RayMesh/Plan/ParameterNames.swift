/// Names of ray start parameters: those that Raymesh goes by, and what else a record may have.
struct ParameterNames {
  private(set) var known: ParameterSet = []
  /// The others, each once.
  private(set) var others: [String] = []

  var isEmpty: Bool { known.isEmpty && others.isEmpty }
  var count: Int { known.count + others.count }

  /// The names, by the alphabet.
  var sorted: [String] { (known.map(\.name) + others).sorted() }

  func contains(_ name: String) -> Bool { RayParameter(name).map(known.contains) ?? others.contains(name) }

  mutating func insert(_ name: String) {
    if let parameter = RayParameter(name) { return known.insert(parameter) }
    if !others.contains(name) { others.append(name) }
  }

  mutating func formUnion(_ other: ParameterSet) { known.formUnion(other) }

  mutating func formUnion(_ other: ParameterNames) {
    known.formUnion(other.known)
    for name in other.others { insert(name) }
  }

  /// Those that satisfy a condition.
  func filter(_ isKept: (String) -> Bool) -> ParameterNames {
    var kept = ParameterNames()
    for name in sorted where isKept(name) { kept.insert(name) }
    return kept
  }
}
