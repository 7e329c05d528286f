internal import JSON
internal import Kubernetes

/// One kind of objects that is listed and watched in all namespaces, and what is done with them.
struct WatchedResource: Sendable {
  /// Its name, for metrics and logs.
  let name: String
  /// Where it may be found; a server may have the second and not the first.
  let paths: [String]
  let selector: String?
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

  /// What asks for a page of the list.
  func page(of path: String, size: Int, after token: String?) -> APICall {
    var call = APICall(.read, path, query: selection + [("limit", String(size))])
    if let token { call.query.append(("continue", token)) }
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

  private var selection: [(name: String, value: String)] { selector.map { [("labelSelector", $0)] } ?? [] }

  private static let metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
  private static let metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
}
