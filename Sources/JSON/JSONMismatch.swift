/// A value that is not what its reader expects: where it stands, what it is, and what was expected.
public struct JSONMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, below the root that the reader was given.
  public let pointer: JSONPointer
  /// The value found, as a short JSON text, or `nothing`.
  public let found: String
  /// What would have been right, in words.
  public let expected: String

  /// A mismatch at a place.
  public init(at pointer: JSONPointer, found: String, expected: String) {
    self.pointer = pointer
    self.found = found
    self.expected = expected
  }

  /// One line for a person.
  public var description: String {
    let place = pointer == .root ? "the whole text" : pointer.told
    return "\(place): found \(found), expected \(expected)"
  }
}

extension JSONElement {
  /// That this value is not what was expected.
  public func mismatch(expected: String) -> JSONMismatch {
    JSONMismatch(at: pointer, found: summary, expected: expected)
  }

  /// That the member under `key` is missing.
  public func missing(_ key: StaticString, expected: String) -> JSONMismatch {
    guard kind == .object else { return mismatch(expected: "an object with \(key)") }
    return JSONMismatch(at: pointer.appending(key.description), found: "nothing", expected: expected)
  }

}

/// Typed reading: absent and null are `nil`, anything of another kind is a mismatch.
extension JSONElement {
  /// The object under `key`.
  public func object(_ key: StaticString) throws(JSONMismatch) -> JSONElement? {
    guard let value = member(key) else { return nil }
    guard value.letter == UInt8(ascii: "{") else { throw value.mismatch(expected: "an object") }
    return value
  }

  /// The elements of the array under `key`, none if it is absent.
  public func array(_ key: StaticString) throws(JSONMismatch) -> Elements {
    guard let value = member(key) else { return Elements(nothingIn: self) }
    guard let elements = value.elements else { throw value.mismatch(expected: "an array") }
    return elements
  }

  /// The string under `key`.
  public func string(_ key: StaticString) throws(JSONMismatch) -> String? { try text(key)?.string }

  /// The string under `key`, left in the document.
  public func text(_ key: StaticString) throws(JSONMismatch) -> JSONElement? {
    guard let value = member(key) else { return nil }
    guard value.letter == UInt8(ascii: "\"") else { throw value.mismatch(expected: "a string") }
    return value
  }

  /// The object under `key`, which must be there.
  public func requiredObject(_ key: StaticString) throws(JSONMismatch) -> JSONElement {
    guard let value = try object(key) else { throw missing(key, expected: "an object") }
    return value
  }

  /// The string under `key`, which must be there and not be empty.
  public func requiredString(_ key: StaticString) throws(JSONMismatch) -> String {
    try requiredText(key).string ?? ""
  }

  /// The string under `key`, which must be there and not be empty, left in the document.
  public func requiredText(_ key: StaticString) throws(JSONMismatch) -> JSONElement {
    guard let value = try text(key) else { throw missing(key, expected: "a string") }
    guard !value.isString("") else { throw value.mismatch(expected: "a string that is not empty") }
    return value
  }
}
