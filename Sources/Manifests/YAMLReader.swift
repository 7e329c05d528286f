internal import JSON
internal import Yams

/// Reads a YAML document as the JSON value that `kubectl` would send to an API server.
struct YAMLReader {
  /// How many values a document may hold. Aliases can make a small text a very large value.
  private static let mostValues = 1_000_000
  /// As deep as libyaml reads without aliases, and a little less than the JSON reader takes.
  private static let deepest = 1000
  private var valuesLeft = YAMLReader.mostValues

  /// - Throws: `YAMLFault` for what JSON does not have, and for a value beyond the limits.
  static func value(of node: Node) throws(YAMLFault) -> JSONValue {
    var reader = YAMLReader()
    return try reader.value(of: node, depth: 0)
  }

  private mutating func value(of node: Node, depth: Int) throws(YAMLFault) -> JSONValue {
    valuesLeft -= 1
    guard valuesLeft >= 0, depth < YAMLReader.deepest else {
      throw YAMLFault(
        at: node, "larger than expected: at most \(YAMLReader.mostValues) values, \(YAMLReader.deepest) levels deep")
    }
    switch node {
    case .scalar(let scalar): return try YAMLReader.value(of: scalar)
    case .sequence(let sequence):
      var elements: [JSONValue] = []
      for element in sequence { elements.append(try value(of: element, depth: depth + 1)) }
      return .array(elements)
    case .mapping(let mapping): return .object(try object(of: mapping, depth: depth))
    case .alias: throw YAMLFault(at: node, "found an alias that stands for nothing")
    }
  }

  /// The members, those merged in by `<<` where the mapping has no key of that name (YAML 1.1 merge keys).
  private mutating func object(of mapping: Node.Mapping, depth: Int) throws(YAMLFault) -> JSONObject {
    var object = JSONObject()
    var merged: [JSONValue] = []
    for (key, node) in mapping {
      let value = try value(of: node, depth: depth + 1)
      if key.isMerge {
        if case .array(let several) = value { merged += several } else { merged.append(value) }
      } else {
        object[try YAMLReader.key(key)] = value
      }
    }
    for case .object(let other) in merged {
      for member in other.members where object[member.key] == nil { object[member.key] = member.value }
    }
    return object
  }

  /// Yams compares keys, and in doing so gives each the tag of a plain scalar; so here the text alone counts.
  static func key(_ node: Node) throws(YAMLFault) -> String {
    guard let scalar = node.scalar else { throw YAMLFault(at: node, "found a key that is no scalar") }
    guard scalar.style == .plain else { return scalar.string }
    switch try value(of: Node.Scalar(scalar.string, Tag(scalar.plainTag))) {
    case .string(let text): return text
    case .bool(let truth): return truth ? "true" : "false"
    case .integer(let number): return number.description
    default: throw YAMLFault(at: node, "found the key \(scalar.string), expected a string")
    }
  }

  /// A quoted scalar is a string; a plain one is what the resolver says.
  static func value(of scalar: Node.Scalar) throws(YAMLFault) -> JSONValue {
    let node = Node.scalar(scalar)
    switch scalar.ownTag ?? (scalar.style == .plain ? scalar.plainTag : .str) {
    case .null: return .null
    case .bool: if let truth = truth(of: scalar.string) { return .bool(truth) }
    case .int:
      if let number = Int64.construct(from: scalar) { return .integer(number) }
      if let number = UInt64.construct(from: scalar) { return .unsigned(number) }
      fallthrough
    case .float:
      guard let number = Double.construct(from: scalar) else { break }
      guard number.isFinite else { throw YAMLFault(at: node, "found \(scalar.string), which JSON does not have") }
      // A whole number is written without a fraction in JSON, as Go writes it.
      return Int64(exactly: number).map { .integer($0) } ?? .double(number)
    case .binary: throw YAMLFault(at: node, "found binary data, expected a string")
    default: return .string(scalar.string)
    }
    return .string(scalar.string)
  }

  private static func truth(of word: String) -> Bool? {
    switch word.lowercased() {
    case "y", "yes", "true", "on": true
    case "n", "no", "false", "off": false
    default: nil
    }
  }
}

extension Node {
  /// Whether this is the key `<<`, under which other mappings are merged in.
  var isMerge: Bool { scalar?.style == .plain && scalar?.string == "<<" }
}

extension Node.Scalar {
  /// The tag that the user wrote, or `nil` where there is none.
  ///
  /// Yams gives a quoted scalar the tag of strings itself. `Node.tag` writes down what it concludes, so nobody may
  /// have asked that.
  var ownTag: Tag.Name? {
    let isOwn = tag.id != .implicit && tag.id != .nonSpecific && !(tag.id == .str && style != .plain)
    return isOwn ? tag.id : nil
  }

  /// What the text is where it is not quoted.
  var plainTag: Tag.Name { KubernetesYAML.resolver.resolveTag(of: Node(string)) }
}
