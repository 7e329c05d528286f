/// Something that was asked for.
enum Seen<Value> {
  case there(Value)
  /// There is none of that name, or no such kind.
  case absent
  /// It cannot be looked at.
  case hidden(Gap)

  /// What is there, `nil` where nothing is or nobody may look.
  var value: Value? { if case .there(let value) = self { value } else { nil } }

  /// Why nobody may look.
  var gap: Gap? { if case .hidden(let gap) = self { gap } else { nil } }

  /// The same with another value.
  func map<Other>(_ transform: (Value) -> Other) -> Seen<Other> {
    switch self {
    case .there(let value): .there(transform(value))
    case .absent: .absent
    case .hidden(let gap): .hidden(gap)
    }
  }
}

extension Seen: Sendable where Value: Sendable {}

/// What an API server lets one do, as `kubectl auth can-i` is asked about it.
struct Right: Hashable, Sendable, CustomStringConvertible {
  let verb: String
  /// With its group where that is not the core's: `rayclusters.ray.io`.
  let resource: String
  /// `nil` for all namespaces, and for what is in none.
  var namespace: String?

  var description: String { "\(verb) \(resource)\(namespace.map { " in namespace \($0)" } ?? "")" }
}

/// That something cannot be looked at.
struct Gap: Hashable, Sendable {
  let right: Right
  /// Whether the right to it is what is missing.
  let isForbidden: Bool
  /// The API server's own words, or what is wrong with its answer.
  let message: String

  /// What to tell about it.
  func finding(_ check: Check, _ severity: Severity = .warning) -> Finding {
    guard isForbidden else { return Finding(check, severity, right.resource, "not looked at: \(message)") }
    return Finding(
      check, severity, right.resource, "not looked at, as the right is missing to \(right)",
      fix: "let whoever asks \(right); manifests/doctor/rbac.yaml has all rights that are needed")
  }
}
