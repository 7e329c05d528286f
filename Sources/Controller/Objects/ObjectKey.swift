internal import JSON

/// What names an object of a namespaced kind.
struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  let namespace: String
  let name: String

  var description: String { "\(namespace)/\(name)" }
}

/// What every object says about itself.
struct ObjectIdentity: Hashable, Sendable {
  let key: ObjectKey
  let uid: String
  let resourceVersion: String

  /// - Throws: `JSONMismatch` where the object is none of an API server's.
  init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    key = ObjectKey(
      namespace: try metadata.requiredString("namespace"), name: try metadata.requiredString("name"))
    uid = try metadata.requiredString("uid")
    resourceVersion = try metadata.requiredString("resourceVersion")
  }
}
