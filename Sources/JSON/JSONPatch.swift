/// Additions to a JSON value, and rarely removals after them (RFC 6902). Raymesh needs no other operation.
public struct JSONPatch: Hashable, Sendable {
  /// The additions, in the order in which they apply.
  public private(set) var operations: [Addition] = []
  /// The members that are taken out afterwards.
  public private(set) var removals: [JSONPointer] = []

  /// One `add` operation.
  public struct Addition: Hashable, Sendable {
    /// What the value goes into, and under which key; put together only where somebody asks, as a patch has many.
    fileprivate let parent: JSONPointer
    fileprivate let key: String?
    /// What goes there.
    public let value: JSONValue

    /// Where the value goes: a member, or `-` for the end of an array (RFC 6902 section 4.1).
    public var path: JSONPointer { key.map { parent.appending($0) } ?? parent }

    /// Whether both put the same value in the same place.
    public static func == (one: Addition, other: Addition) -> Bool {
      one.path == other.path && one.value == other.value
    }

    /// Feeds place and value to a hasher.
    public func hash(into hasher: inout Hasher) {
      hasher.combine(path)
      hasher.combine(value)
    }
  }

  /// A patch that changes nothing.
  ///
  /// - Parameter additions: how many additions it will have, about.
  public init(reserving additions: Int = 0) { operations.reserveCapacity(additions) }

  /// Whether the patch changes nothing.
  public var isEmpty: Bool { operations.isEmpty && removals.isEmpty }

  /// Puts one more addition last. A member that is there already gets the new value (RFC 6902 section 4.1).
  public mutating func add(_ value: JSONValue, at path: JSONPointer) {
    operations.append(Addition(parent: path, key: nil, value: value))
  }

  /// Puts one more addition last: a member of the object at `parent`, its key not escaped.
  public mutating func add(_ value: JSONValue, under key: String, of parent: JSONPointer) {
    operations.append(Addition(parent: parent, key: key, value: value))
  }

  /// Takes a member out, after all additions.
  public mutating func remove(_ path: JSONPointer) { removals.append(path) }

  /// The patch as a JSON text, an array of operations.
  public var bytes: [UInt8] {
    var writer = JSONWriter(capacity: 128 * operations.count)
    writer.patch(self)
    return writer.bytes
  }

  /// The value with every addition and removal made.
  ///
  /// - Throws: `JSONPatchError` at the first one whose place does not exist.
  public func applied(to value: JSONValue) throws(JSONPatchError) -> JSONValue {
    var result = value
    for operation in operations {
      guard result.add(operation.value, at: operation.path.tokens[...]) else {
        throw JSONPatchError(path: operation.path)
      }
    }
    for path in removals where !result.remove(at: path.tokens[...]) { throw JSONPatchError(path: path) }
    return result
  }
}

extension JSONWriter {
  /// A patch, as an array of operations.
  public mutating func patch(_ patch: JSONPatch) {
    array { writer in
      // By their places: a loop over the array itself would copy each, with all that it holds.
      for index in patch.operations.indices { writer.addition(patch.operations[index]) }
      for path in patch.removals { writer.value(["op": "remove", "path": .string(path.description)]) }
    }
  }

  private mutating func addition(_ addition: borrowing JSONPatch.Addition) {
    object { writer in
      writer.verbatim(#""op":"add","path":"#)
      writer.string(addition.parent, addition.key)
      writer.verbatim(#","value":"#)
      writer.value(addition.value)
    }
  }
}

/// That an operation has no place: its parent is missing, or is neither object nor array, or has nothing to take out.
public struct JSONPatchError: Error, Hashable, CustomStringConvertible {
  /// The operation's path.
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

extension JSONValue {
  /// Takes out a member of an object.
  fileprivate mutating func remove(at tokens: ArraySlice<String>) -> Bool {
    guard let token = tokens.first else { return false }
    switch self {
    case .object(var object):
      guard var child = object[token], tokens.count == 1 || child.remove(at: tokens.dropFirst()) else { return false }
      object[token] = tokens.count == 1 ? nil : child
      self = .object(object)
    case .array(var elements):
      guard tokens.count > 1, let index = JSONPointer.index(token), elements.indices.contains(index),
        elements[index].remove(at: tokens.dropFirst())
      else { return false }
      self = .array(elements)
    default: return false
    }
    return true
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
