internal import JSON
internal import Kubernetes
internal import Limits
internal import RayPlan

/// What is cached of a managed RayCluster: its Service, whose ports stay ranges, and the owner of that Service.
struct ManagedCluster: Hashable, Sendable {
  let key: ObjectKey
  let uid: String
  let apiVersion: String
  /// The Service that it wants, or why it can have none.
  let wish: Wish
  /// The Service that has its name. If the cluster is refused, it is not the cluster's own wish.
  let service: ObjectKey?
  /// Whether the cluster has no pods now, by `spec.suspend`.
  let isSuspended: Bool

  enum Wish: Hashable, Sendable {
    case service(HeadlessService)
    /// The reason, in as many bytes as an Event takes.
    case refused(String)
  }

  /// Reads a RayCluster. Returns `nil` if there is nothing to do for it: it is not managed, or is being deleted.
  ///
  /// - Throws: `JSONMismatch` if the object is not an API server's.
  init?(_ object: JSONElement, options: PlanOptions) throws(JSONMismatch) {
    let metadata = try ClusterMetadata(of: object)
    guard metadata.isManaged, !metadata.isBeingDeleted else { return nil }
    let identity = try ObjectIdentity(of: object)
    (key, uid) = (identity.key, identity.uid)
    apiVersion = try object.requiredString("apiVersion")
    isSuspended = object.member("spec")?.member("suspend")?.bool ?? false
    do throws(Refusal) {
      let service = try HeadlessService(of: object, namespace: identity.key.namespace, options: options)
      wish = .service(service)
      self.service = ObjectKey(namespace: service.namespace, name: service.name)
    } catch {
      wish = .refused(error.description.shortened(to: ClusterLimits.message.value))
      let name = ServiceName(ofStored: object, named: identity.key.name)?.known
      service = name.map { ObjectKey(namespace: identity.key.namespace, name: $0) }
    }
  }

  /// The subject of its Events.
  var reference: ClusterReference { ClusterReference(key: key, uid: uid, apiVersion: apiVersion) }

  /// The reference by which Kubernetes deletes the Service with its cluster. It neither controls nor blocks: KubeRay
  /// recognizes its own Services by that, and a finalizer of the cluster must not wait for ours.
  var ownerReference: JSONValue {
    [
      "apiVersion": .string(apiVersion), "kind": "RayCluster", "name": .string(key.name), "uid": .string(uid),
      "controller": false,
    ]
  }
}

extension String {
  /// Returns the text if it has at most this many bytes, else its beginning and three dots.
  func shortened(to bytes: Int) -> String {
    guard utf8.count > bytes else { return self }
    var end = utf8.index(startIndex, offsetBy: bytes - 4)
    while unicodeScalars.index(after: unicodeScalars.startIndex) < end, end.samePosition(in: unicodeScalars) == nil {
      end = utf8.index(before: end)
    }
    return "\(self[..<end]) …"
  }
}
