package import JSON
internal import Names

/// A resource to list and watch, as a whole or in part, and what to do with its objects.
package struct WatchedResource: Sendable {
  /// The name for metrics and logs.
  let name: String
  /// The paths of the resource. A server may have the second and not the first.
  let paths: [String]
  let selector: Selector
  /// Whether only the objects' metadata is requested.
  let isMetadataOnly: Bool
  /// Receives an object that was listed, added or changed.
  ///
  /// - Throws: `JSONMismatch` if the object is not an API server's.
  let changed: @Sendable (JSONElement) throws(JSONMismatch) -> Void
  /// Receives the key of an object that was deleted.
  let deleted: @Sendable (ObjectKey) -> Void
  /// Receives the keys of all objects after a list.
  let listed: @Sendable (Set<ObjectKey>) -> Void
  /// Receives an object that cannot be read, and the path where it was found.
  let skipped: @Sendable (SkippedObject, String) -> Void

  /// Which objects of the resource are watched.
  package enum Selector: Sendable {
    case all
    /// The objects that a label selector matches.
    case labels(String)
    /// The object of a name. A role that names an object allows no other list or watch.
    case name(String)
  }

  /// A resource.
  ///
  /// - Parameters:
  ///   - name: the name for metrics and logs.
  ///   - paths: the paths of the resource. A server may have the second and not the first.
  ///   - isMetadataOnly: whether only the objects' metadata is requested.
  ///   - changed: receives an object that was listed, added or changed. It throws if that is not an API server's.
  ///   - deleted: receives the key of an object that was deleted.
  ///   - listed: receives the keys of all objects after a list, including those that cannot be read.
  ///   - skipped: receives an object that cannot be read, and the path where it was found.
  package init(
    name: String, paths: [String], selector: Selector = .all, isMetadataOnly: Bool,
    changed: @escaping @Sendable (JSONElement) throws(JSONMismatch) -> Void,
    deleted: @escaping @Sendable (ObjectKey) -> Void, listed: @escaping @Sendable (Set<ObjectKey>) -> Void,
    skipped: @escaping @Sendable (SkippedObject, String) -> Void = { _, _ in }
  ) {
    (self.name, self.paths, self.selector, self.isMetadataOnly) = (name, paths, selector, isMetadataOnly)
    (self.changed, self.deleted, self.listed, self.skipped) = (changed, deleted, listed, skipped)
  }

  /// Returns the call that lists the objects.
  func list(of path: String) -> APICall {
    var call = APICall(.read, path, query: selection)
    if isMetadataOnly { call.accept = WatchedResource.metadataList }
    return call
  }

  /// Returns the call that watches everything since a version.
  ///
  /// - Parameter seconds: when the server ends the watch.
  func watch(of path: String, since version: String, seconds: Int) -> APICall {
    var call = APICall(
      .read, path,
      query: selection + [
        ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
        ("timeoutSeconds", String(seconds)),
      ])
    if isMetadataOnly { call.accept = WatchedResource.metadata }
    return call
  }

  private var selection: [(name: String, value: String)] {
    switch selector {
    case .all: []
    case .labels(let selector): [("labelSelector", selector)]
    case .name(let name): [("fieldSelector", "metadata.name=\(name)")]
    }
  }

  private static let metadata = "application/json;as=PartialObjectMetadata;g=\(APIGroup<String>.meta);v=v1"
  /// The media type of a list of objects' metadata.
  package static let metadataList = "application/json;as=PartialObjectMetadataList;g=\(APIGroup<String>.meta);v=v1"
}
