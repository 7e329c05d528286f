public import JSON

/// What names an object among those of its kind.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  /// Where it is; empty for a kind that has no namespaces.
  public let namespace: String
  /// What it is called there.
  public let name: String

  /// The name of an object.
  public init(namespace: String, name: String) { (self.namespace, self.name) = (namespace, name) }

  /// As people write it: `ray/demo`, or `demo` alone.
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
}

/// What every object says about itself.
public struct ObjectIdentity: Hashable, Sendable {
  /// What it is called, and where.
  public let key: ObjectKey
  /// What tells it from one of the same name that was there before.
  public let uid: String
  /// What changes with each write of it.
  public let resourceVersion: String

  /// Reads an object's metadata.
  ///
  /// - Throws: `JSONMismatch` where the object is none of an API server's.
  public init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    key = ObjectKey(
      namespace: try metadata.string("namespace") ?? "", name: try metadata.requiredString("name"))
    uid = try metadata.requiredString("uid")
    resourceVersion = try metadata.requiredString("resourceVersion")
  }
}
