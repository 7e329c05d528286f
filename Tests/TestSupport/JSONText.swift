public import JSON

extension JSONValue {
  /// The value that a JSON text is, as a test spells it out.
  public init(parsing text: String) throws {
    self.init(try JSONDocument(Array(text.utf8)).root)
  }

  /// The value as compact JSON: what to compare, as texts tell apart what `String` calls equal.
  public var text: String { String(decoding: JSONWriter.bytes(of: self), as: UTF8.self) }

  /// The elements of an array, or `nil` if this is something else.
  public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// The members of an object, or `nil` if this is something else.
  public var members: [JSONObject.Member]? { if case .object(let object) = self { object.members } else { nil } }

  /// The value at a place, or `nil` if there is none.
  public func value(at pointer: JSONPointer) -> JSONValue? {
    var value = self
    for token in pointer.tokens {
      let next = value.elements.map { elements in
        Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
      }
      guard let child = next ?? value[token] else { return nil }
      value = child
    }
    return value
  }
}

/// The root of a document that a test spells out.
public func element(_ text: String) throws -> JSONElement {
  try JSONDocument(Array(text.utf8)).root
}
