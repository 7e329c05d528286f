internal import JSON

/// Selects objects by their labels (`metav1.LabelSelector`).
struct LabelSelector: Hashable, Sendable {
  private let requirements: [Requirement]

  private struct Requirement: Hashable, Sendable {
    let key: String
    let condition: Condition
    let values: Set<String>
  }

  private enum Condition: String {
    case isIn = "In"
    case isNotIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"
  }

  /// A selector that matches everything.
  static let everything = LabelSelector(requirements: [])

  private init(requirements: [Requirement]) { self.requirements = requirements }

  /// Reads a selector.
  ///
  /// - Throws: `JSONMismatch` if it is not a selector.
  init(_ element: JSONElement) throws(JSONMismatch) {
    var requirements: [Requirement] = []
    if let labels = try element.object("matchLabels")?.members {
      for (key, value) in labels {
        requirements.append(Requirement(key: key, condition: .isIn, values: [value.string ?? ""]))
      }
    }
    for each in try element.array("matchExpressions") {
      let text = try each.requiredString("operator")
      guard let condition = Condition(rawValue: text) else {
        throw each.mismatch(expected: "an operator In, NotIn, Exists or DoesNotExist")
      }
      let values = Set(try each.array("values").compactMap(\.string))
      requirements.append(Requirement(key: try each.requiredString("key"), condition: condition, values: values))
    }
    self.requirements = requirements
  }

  /// Whether it has no requirement, and so matches everything.
  var isEmpty: Bool { requirements.isEmpty }

  /// Whether it matches an object with these labels.
  func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      let value = labels[requirement.key]
      return switch requirement.condition {
      case .isIn: value.map { requirement.values.contains($0) } ?? false
      case .isNotIn: value.map { !requirement.values.contains($0) } ?? true
      case .exists: value != nil
      case .doesNotExist: value == nil
      }
    }
  }
}

extension JSONElement {
  /// The labels in an object's metadata; empty if there are none.
  var labels: [String: String] { member("metadata")?.member("labels")?.texts ?? [:] }

  /// The members of an object that are strings.
  var texts: [String: String] {
    var texts: [String: String] = [:]
    guard let members else { return texts }
    for (key, value) in members { texts[key] = value.string }
    return texts
  }

  /// The name in an object's metadata.
  var name: String { member("metadata")?.member("name")?.string ?? "" }

  /// The namespace in an object's metadata.
  var namespace: String { member("metadata")?.member("namespace")?.string ?? "" }
}
