extension JSONPatch {
  /// Reads a patch: an array of operations, each an `add`, as the answer to a creation has no other.
  ///
  /// - Throws: `JSONMismatch` where it is something else.
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
