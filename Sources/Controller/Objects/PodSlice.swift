internal import JSON
internal import Kubernetes
internal import Names

/// When the first and the last of some pods were made, by the API server's clock.
struct PodAges: Hashable, Sendable {
  let oldest: RFC3339Time
  let newest: RFC3339Time

  /// `nil` where there are none.
  init?(of creations: some Collection<RFC3339Time>) {
    guard let oldest = creations.min(), let newest = creations.max() else { return nil }
    (self.oldest, self.newest) = (oldest, newest)
  }
}

/// What is kept of a pod: which cluster's it is, and since when. Its metadata is all that is asked for.
struct PodSlice: Hashable, Sendable {
  let key: ObjectKey
  let cluster: ObjectKey
  let creation: RFC3339Time

  /// - Throws: `JSONMismatch` where the object is none of an API server's.
  init?(_ object: JSONElement) throws(JSONMismatch) {
    key = try ObjectIdentity(of: object).key
    let metadata = try object.requiredObject("metadata")
    guard let name = metadata.member("labels")?.member(Label.cluster)?.string,
      let creation = metadata.member("creationTimestamp")?.string.flatMap({ RFC3339Time($0) })
    else { return nil }
    cluster = ObjectKey(namespace: key.namespace, name: name)
    self.creation = creation
  }
}
