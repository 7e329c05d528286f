/// Additions to a JSON value (RFC 6902). Raymesh only ever adds, so `add` is the only operation.
public struct JSONPatch: Hashable, Sendable {
  /// The additions, in the order in which they apply.
  public private(set) var operations: [Addition] = []

  /// One `add` operation.
  public struct Addition: Hashable, Sendable {
    /// Where the value goes: a member, or `-` for the end of an array (RFC 6902 section 4.1).
    public let path: JSONPointer
    /// What goes there.
    public let value: JSONValue
  }

  /// A patch that changes nothing.
  public init() {}

  /// Whether the patch changes nothing.
  public var isEmpty: Bool { operations.isEmpty }

  /// Puts one more addition last.
  public mutating func add(_ value: JSONValue, at path: JSONPointer) {
    operations.append(Addition(path: path, value: value))
  }

  /// The patch as a JSON text, an array of operations.
  public var bytes: [UInt8] {
    var writer = JSONWriter(capacity: 128 * operations.count)
    writer.array { writer in
      for operation in operations {
        writer.object { writer in
          writer.key("op")
          writer.string("add")
          writer.key("path")
          writer.string(operation.path.description)
          writer.member("value", operation.value)
        }
      }
    }
    return writer.bytes
  }

  /// The value with every addition made.
  ///
  /// - Throws: `JSONPatchError` at the first addition whose place does not exist.
  public func applied(to value: JSONValue) throws(JSONPatchError) -> JSONValue {
    var result = value
    for operation in operations {
      guard result.add(operation.value, at: operation.path.tokens[...]) else {
        throw JSONPatchError(path: operation.path)
      }
    }
    return result
  }
}

/// That an addition has no place to go: its parent is missing, or is neither object nor array.
public struct JSONPatchError: Error, Hashable, CustomStringConvertible {
  /// The addition's path.
  public let path: JSONPointer

  /// One line for a person.
  public var description: String { "the patch does not apply: nothing holds \(path)" }
}

extension JSONValue {
  fileprivate mutating func add(_ value: JSONValue, at tokens: ArraySlice<String>) -> Bool {
    guard let token = tokens.first else {
      self = value
      return true
    }
    switch self {
    case .object(var object): return object.add(value, under: token, tokens.dropFirst(), into: &self)
    case .array(var elements): return elements.add(value, under: token, tokens.dropFirst(), into: &self)
    default: return false
    }
  }
}

extension JSONObject {
  fileprivate mutating func add(
    _ value: JSONValue, under key: String, _ below: ArraySlice<String>, into parent: inout JSONValue
  ) -> Bool {
    if below.isEmpty {
      self[key] = value
    } else {
      guard var child = self[key], child.add(value, at: below) else { return false }
      self[key] = child
    }
    parent = .object(self)
    return true
  }
}

extension [JSONValue] {
  fileprivate mutating func add(
    _ value: JSONValue, under token: String, _ below: ArraySlice<String>, into parent: inout JSONValue
  ) -> Bool {
    let place = token == "-" ? count : JSONPointer.index(token) ?? -1
    if below.isEmpty {
      guard (0...count).contains(place) else { return false }
      insert(value, at: place)
    } else {
      guard indices.contains(place), self[place].add(value, at: below) else { return false }
    }
    parent = .array(self)
    return true
  }
}
