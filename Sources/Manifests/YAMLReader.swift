internal import JSON

/// Reads a YAML document as the JSON value that `kubectl` would send to an API server.
///
/// Errors are collected, and something else takes the place of the value: they matter only if there is a RayCluster.
struct YAMLReader {
  /// What `kubectl` would not read, and repeated keys, of which it would take the last.
  private(set) var faults: [YAMLFault] = []

  /// - Parameter node: a node from the composer, which limits its depth.
  mutating func value(of node: YAMLNode) -> JSONValue {
    switch node.content {
    case .scalar(let scalar):
      do throws(YAMLFault) { return try YAMLReader.value(of: scalar, in: node) } catch {
        faults.append(error)
        return .null
      }
    case .sequence(let elements): return .array(elements.map { value(of: $0) })
    case .mapping(let members): return .object(object(of: members))
    }
  }

  /// Reads members one after the other, as `kubectl` does: merged members replace those above them.
  private mutating func object(of members: [YAMLNode.Member]) -> JSONObject {
    var object: [(key: String, value: JSONValue)] = []
    var seen: Set<String> = []
    for member in members {
      let value = value(of: member.value)
      do throws(YAMLFault) {
        if member.key.isMerge {
          object += try merged(value, at: member.value)
        } else {
          let key = try YAMLReader.key(member.key)
          if !seen.insert(key).inserted {
            faults.append(YAMLFault(at: member.key, "found the key \"\(key)\" twice in one mapping, expected once"))
          }
          object.append((key, value))
        }
      } catch { faults.append(error) }
    }
    return JSONObject(object)
  }

  /// Returns the members to merge in. The first of several mappings wins (YAML 1.1 merge keys), so it comes last.
  private func merged(_ value: JSONValue, at node: YAMLNode) throws(YAMLFault) -> [(key: String, value: JSONValue)] {
    var members: [(key: String, value: JSONValue)] = []
    let mappings = if case .array(let several) = value { several } else { [value] }
    for mapping in mappings.reversed() {
      guard case .object(let other) = mapping else {
        throw YAMLFault(at: node, "found no mapping to merge, expected one or a list of them")
      }
      members += other.members.map { ($0.key, $0.value) }
    }
    return members
  }

  /// Reads a key as a string, as JSON requires.
  static func key(_ node: YAMLNode) throws(YAMLFault) -> String {
    guard let scalar = node.scalar else { throw YAMLFault(at: node, "found a key that is not a scalar") }
    switch try plain(scalar, in: node) {
    case .string: return try string(scalar, in: node)
    case .bool(let truth): return truth ? "true" : "false"
    case .integer(let number): return number.description
    case .null, .unsigned, .float: throw YAMLFault(at: node, "found the key \(scalar.text), expected a string")
    }
  }

  static func value(of scalar: YAMLNode.Scalar, in node: YAMLNode) throws(YAMLFault) -> JSONValue {
    switch try plain(scalar, in: node) {
    case .null: return .null
    case .bool(let truth): return .bool(truth)
    case .integer(let number): return .integer(number)
    case .unsigned(let number): return .unsigned(number)
    case .string: return .string(try string(scalar, in: node))
    case .float(let number):
      guard number.isFinite else { throw YAMLFault(at: node, "found \(scalar.text), which JSON cannot represent") }
      // Go's JSON writes a whole number without a fraction.
      return Int64(exactly: number).map { .integer($0) } ?? .double(number)
    }
  }

  /// Reads a scalar by its tag if that is one of YAML's own, otherwise by its style.
  private static func plain(_ scalar: YAMLNode.Scalar, in node: YAMLNode) throws(YAMLFault) -> PlainScalar {
    guard let tag = node.tag else { return scalar.style == .plain ? PlainScalar(scalar.text) : .string }
    let plain = PlainScalar(scalar.text)
    switch (tag.replacing("tag:yaml.org,2002:", with: "!!"), plain) {
    case ("!!null", .null), ("!!bool", .bool), ("!!int", .integer), ("!!int", .unsigned), ("!!float", .float):
      return plain
    case ("!!float", .integer(let number)): return .float(Double(number))
    case ("!!float", .unsigned(let number)): return .float(Double(number))
    case ("!!null", _), ("!!bool", _), ("!!int", _), ("!!float", _):
      throw YAMLFault(at: node, "found \(scalar.text), which does not match its tag")
    default: return .string
    }
  }

  /// Returns the text, decoded from base64 if the tag says so.
  private static func string(_ scalar: YAMLNode.Scalar, in node: YAMLNode) throws(YAMLFault) -> String {
    guard node.tag == "tag:yaml.org,2002:binary" else { return scalar.text }
    guard let data = Base64.bytes(scalar.text) else {
      throw YAMLFault(at: node, "found \(scalar.text), which is not base64, as its tag requires")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
