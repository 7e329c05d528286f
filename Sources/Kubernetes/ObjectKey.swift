package import JSON

/// The namespace and name that identify an object among those of its kind.
package struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  /// The namespace, or empty for a kind without namespaces.
  package let namespace: String
  /// The name.
  package let name: String

  /// A key from its parts.
  package init(namespace: String, name: String) { (self.namespace, self.name) = (namespace, name) }

  /// The key as people write it: `ray/demo`, or `demo` alone.
  package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// The identity of an object, from its metadata.
package struct ObjectIdentity: Hashable, Sendable {
  /// The namespace and name.
  package let key: ObjectKey
  /// The uid, which distinguishes the object from an earlier one of the same name.
  package let uid: String
  /// The resource version, which changes with every write.
  package let resourceVersion: String

  /// Reads an object's metadata.
  ///
  /// - Throws: `JSONMismatch` if the object is not an API server's.
  package init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    key = ObjectKey(
      namespace: try metadata.string("namespace") ?? "", name: try metadata.requiredString("name"))
    uid = try metadata.requiredString("uid")
    resourceVersion = try metadata.requiredString("resourceVersion")
  }
}
