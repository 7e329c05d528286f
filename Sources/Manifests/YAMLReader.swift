internal import JSON

/// Reads a YAML document as the JSON that `kubectl` would send to an API server.
///
/// Errors are collected, and something else takes the place of the value: they matter only if there is a RayCluster.
struct YAMLReader {
  /// What `kubectl` would not read, and repeated keys, of which it would take the last.
  private(set) var faults: [YAMLFault] = []
  /// The JSON text so far.
  private var json: [UInt8] = []

  /// A member of a JSON object: its key, and where its value is in the text.
  private typealias Member = (key: String, value: Range<Int>)

  /// Parses a document.
  ///
  /// - Parameter node: a node from the composer, which limits its depth.
  /// - Throws: `YAMLFault` if it is too large for JSON.
  mutating func document(of node: YAMLNode) throws(YAMLFault) -> JSONDocument {
    json.removeAll()
    write(node)
    do throws(JSONSyntaxError) { return try JSONDocument(json) } catch {
      throw YAMLFault(at: node, error.description)
    }
  }

  private mutating func write(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar):
      var value = JSONValue.null
      do throws(YAMLFault) { value = try YAMLReader.value(of: scalar, in: node) } catch { faults.append(error) }
      json += JSONWriter.bytes(of: value)
    case .sequence(let elements):
      open("[")
      for element in elements {
        separate()
        write(element)
      }
      json.append(UInt8(ascii: "]"))
    case .mapping(let members): write(members)
    }
  }

  /// Writes a mapping. If members are merged or repeated, it is written again at its end, with the values that count.
  ///
  /// Members are read one after the other, as `kubectl` does: merged ones replace those above them.
  ///
  /// - Returns: the members of the mapping.
  @discardableResult
  private mutating func write(_ members: [YAMLNode.Member]) -> [Member] {
    let start = json.count
    var written: [Member] = []
    var seen: Set<String> = []
    var isFinal = true
    open("{")
    for member in members {
      if member.key.isMerge {
        isFinal = false
        written += merged(member.value)
        continue
      }
      let key = Result { () throws(YAMLFault) in try YAMLReader.key(member.key) }
      let value = write(member.value, under: (try? key.get()) ?? "")
      do throws(YAMLFault) {
        written.append((try key.get(), value))
        guard seen.insert(try key.get()).inserted else { throw .twice(member.key) }
      } catch {
        faults.append(error)
        isFinal = false
      }
    }
    json.append(UInt8(ascii: "}"))
    return isFinal ? written : rewrite(written, from: start)
  }

  /// Returns the members to merge in. The first of several mappings wins (YAML 1.1 merge keys), so it comes last.
  private mutating func merged(_ node: YAMLNode) -> [Member] {
    var mappings: [[Member]] = []
    var areMappings = true
    for node in node.elements ?? [node] {
      separate()
      if let members = node.members {
        mappings.append(write(members))
      } else {
        areMappings = false
        write(node)
      }
    }
    guard areMappings else {
      faults.append(YAMLFault(at: node, "found no mapping to merge, expected one or a list of them"))
      return []
    }
    return mappings.reversed().flatMap(\.self)
  }

  /// Writes a mapping again with each key once: the last value counts, in the place of the first.
  private mutating func rewrite(_ members: [Member], from start: Int) -> [Member] {
    let old = Array(json[start...])
    json.removeSubrange(start...)
    var places: [[UInt8]: Int] = [:]
    var last: [Member] = []
    for member in members {
      let place = places[Array(member.key.utf8), default: last.count]
      places[Array(member.key.utf8)] = place
      if place < last.count { last[place].value = member.value } else { last.append(member) }
    }
    open("{")
    for index in last.indices {
      key(last[index].key)
      let value = json.count
      let range = last[index].value
      json += old[range.lowerBound - start..<range.upperBound - start]
      last[index].value = value..<json.count
    }
    json.append(UInt8(ascii: "}"))
    return last
  }

  /// Writes a member, and returns where its value is.
  private mutating func write(_ node: YAMLNode, under key: String) -> Range<Int> {
    self.key(key)
    let start = json.count
    write(node)
    return start..<json.count
  }

  private mutating func key(_ key: String) {
    separate()
    json += JSONWriter.bytes(of: .string(key))
    json.append(UInt8(ascii: ":"))
  }

  private mutating func open(_ bracket: Unicode.Scalar) { json.append(UInt8(ascii: bracket)) }

  /// Writes a comma unless a collection has just been opened.
  private mutating func separate() {
    if let last = json.last, ![UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ":")].contains(last) {
      json.append(UInt8(ascii: ","))
    }
  }
}

extension YAMLReader {
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

extension YAMLFault {
  /// A repeated key.
  fileprivate static func twice(_ node: YAMLNode) -> YAMLFault {
    YAMLFault(at: node, "found the key \"\((try? YAMLReader.key(node)) ?? "")\" twice in one mapping, expected once")
  }
}
