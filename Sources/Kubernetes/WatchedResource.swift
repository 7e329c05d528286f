public import JSON
internal import Names

/// What is listed and watched, all objects of a kind or some of them, and what is done with them.
public struct WatchedResource: Sendable {
  /// Its name, for metrics and logs.
  let name: String
  /// Where it may be found; a server may have the second and not the first.
  let paths: [String]
  let selector: Selector
  /// Whether only the objects' metadata is asked for.
  let isMetadataOnly: Bool
  /// Takes note of an object as it is now.
  ///
  /// - Throws: `JSONMismatch` where it is none of an API server's.
  let changed: @Sendable (JSONElement) throws(JSONMismatch) -> Void
  /// Takes note of an object that is there no more.
  let deleted: @Sendable (ObjectKey) -> Void
  /// Takes these for all that there are.
  let listed: @Sendable (Set<ObjectKey>) -> Void
  /// Takes note of an object that cannot be read, found at one of the paths.
  let skipped: @Sendable (SkippedObject, String) -> Void

  /// Which objects of the kind are meant.
  public enum Selector: Sendable {
    case all
    /// Those that a label selector selects.
    case labels(String)
    /// The one of a name. A role that names it allows no other list and no other watch.
    case name(String)
  }

  /// What to watch.
  ///
  /// - Parameters:
  ///   - name: for metrics and logs.
  ///   - paths: where it may be found; a server may have the second and not the first.
  ///   - isMetadataOnly: whether only the objects' metadata is asked for.
  ///   - changed: takes note of an object as it is now; throws where it is none of an API server's.
  ///   - deleted: takes note of an object that is there no more.
  ///   - listed: takes these for all that there are, those among them that cannot be read.
  ///   - skipped: takes note of an object that cannot be read, and of the path at which it was found.
  public init(
    name: String, paths: [String], selector: Selector = .all, isMetadataOnly: Bool,
    changed: @escaping @Sendable (JSONElement) throws(JSONMismatch) -> Void,
    deleted: @escaping @Sendable (ObjectKey) -> Void, listed: @escaping @Sendable (Set<ObjectKey>) -> Void,
    skipped: @escaping @Sendable (SkippedObject, String) -> Void = { _, _ in }
  ) {
    (self.name, self.paths, self.selector, self.isMetadataOnly) = (name, paths, selector, isMetadataOnly)
    (self.changed, self.deleted, self.listed, self.skipped) = (changed, deleted, listed, skipped)
  }

  /// What asks for the list.
  func list(of path: String) -> APICall {
    var call = APICall(.read, path, query: selection)
    if isMetadataOnly { call.accept = WatchedResource.metadataList }
    return call
  }

  /// What asks for all that has happened since a version.
  ///
  /// - Parameter seconds: after which the server ends the watch.
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
  /// What to accept where a list of objects' metadata is enough.
  public static let metadataList = "application/json;as=PartialObjectMetadataList;g=\(APIGroup<String>.meta);v=v1"
}
