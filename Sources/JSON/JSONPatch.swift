/// Additions to a JSON value, and rarely removals after them (RFC 6902). Raymesh needs no other operation.
///
/// It is the text that is sent, as hardly anybody does anything else with it.
public struct JSONPatch: Hashable, Sendable {
  /// The patch as a JSON text, an array of operations.
  public let bytes: [UInt8]
  /// How many operations it has.
  public let count: Int

  /// A patch of what `body` adds and removes.
  ///
  /// - Parameter capacity: how many bytes it will have, about.
  public init(capacity: Int = 256, _ body: (inout JSONPatchWriter) -> Void) {
    var writer = JSONPatchWriter(capacity: capacity)
    body(&writer)
    self.init(writer)
  }

  /// A patch that changes nothing.
  public init() { self.init(JSONPatchWriter(capacity: 0)) }

  init(_ writer: consuming JSONPatchWriter) {
    count = writer.count
    bytes = writer.finished()
  }

  /// Whether the patch changes nothing.
  public var isEmpty: Bool { count == 0 }

  /// One `add` operation.
  public struct Addition: Hashable, Sendable {
    /// Where the value goes: a member, or `-` for the end of an array (RFC 6902 section 4.1).
    public let path: JSONPointer
    /// What goes there.
    public let value: JSONValue
  }

  /// The additions, in the order in which they apply.
  public var operations: [Addition] {
    read { operation, path in operation.patchValue.map { Addition(path: path, value: JSONValue($0)) } }
  }

  /// The members that are taken out afterwards.
  public var removals: [JSONPointer] { read { operation, path in operation.patchValue == nil ? path : nil } }

  private func read<Operation>(_ body: (JSONElement, JSONPointer) -> Operation?) -> [Operation] {
    // Both are there, as it is a writer's text.
    guard let document = try? JSONDocument(bytes), let elements = document.root.elements else { return [] }
    return elements.compactMap { operation in
      operation.member("path")?.string.flatMap { JSONPointer($0) }.flatMap { body(operation, $0) }
    }
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

extension JSONPatch {
  /// Reads a patch: an array of operations, each an `add`, as the answer to a creation has no other.
  ///
  /// - Throws: `JSONMismatch` if it is something else.
  public init(_ element: JSONElement) throws(JSONMismatch) {
    guard let elements = element.elements else { throw element.mismatch(expected: "an array of operations") }
    var writer = JSONPatchWriter(capacity: 256)
    for operation in elements {
      guard try operation.requiredString("op") == "add" else {
        throw operation.member("op")?.mismatch(expected: "\"add\"") ?? operation.missing("op", expected: "\"add\"")
      }
      guard let path = try operation.string("path").flatMap({ JSONPointer($0) }) else {
        throw operation.member("path")?.mismatch(expected: "a JSON pointer")
          ?? operation.missing("path", expected: "a JSON pointer")
      }
      guard let value = operation.patchValue else { throw operation.missing("value", expected: "the value to add") }
      writer.add(JSONValue(value), at: path)
    }
    self.init(writer)
  }
}

extension JSONElement {
  /// What an operation adds. RFC 6902 section 4.1 wants a value, and null is one.
  var patchValue: JSONElement? { members?.first { $0.key == "value" }?.value }
}
