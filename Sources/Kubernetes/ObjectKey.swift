public import JSON

/// The namespace and name that identify an object among those of its kind.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  /// The namespace, or empty for a kind without namespaces.
  public let namespace: String
  /// The name.
  public let name: String

  /// A key from its parts.
  public init(namespace: String, name: String) { (self.namespace, self.name) = (namespace, name) }

  /// The key as people write it: `ray/demo`, or `demo` alone.
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// The identity of an object, from its metadata.
public struct ObjectIdentity: Hashable, Sendable {
  /// The namespace and name.
  public let key: ObjectKey
  /// The uid, which distinguishes the object from an earlier one of the same name.
  public let uid: String
  /// The resource version, which changes with every write.
  public let resourceVersion: String

  /// Reads an object's metadata.
  ///
  /// - Throws: `JSONMismatch` if the object is not an API server's.
  public init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    key = ObjectKey(
      namespace: try metadata.string("namespace") ?? "", name: try metadata.requiredString("name"))
    uid = try metadata.requiredString("uid")
    resourceVersion = try metadata.requiredString("resourceVersion")
  }
}
