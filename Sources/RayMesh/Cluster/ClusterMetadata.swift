public import JSON

/// What a RayCluster's metadata says about its writer, and what it asks of Raymesh. It can be read without the spec.
public struct ClusterMetadata: Sendable {
  /// The annotations, or `nil` where the map is absent.
  let annotations: StringMap?
  /// The labels.
  let labels: StringMap
  /// Whether `deletionTimestamp` is set: the object only waits for its finalizers.
  public let isBeingDeleted: Bool
  private let ownerKinds: [String]

  /// Reads the metadata of an object.
  ///
  /// - Throws: `JSONMismatch` where a part that Raymesh reads is not of Kubernetes' form.
  public init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    annotations = try metadata.strings("annotations")
    labels = try metadata.strings("labels") ?? StringMap()
    isBeingDeleted = metadata.member("deletionTimestamp") != nil
    ownerKinds = try metadata.array("ownerReferences").compactMap { $0.member("kind")?.string }
  }

  /// The value of an annotation.
  public func annotation(_ key: String) -> String? { annotations?[key] }

  /// Whether a RayService made the cluster (KubeRay labels it so from 1.1 on).
  var isOfRayService: Bool {
    ownerKinds.contains("RayService") || labels["ray.io/originated-from-crd"] == "RayService"
  }

  /// Whether the KubeRay that made the cluster is known to be 1.3 or later. It says so in an annotation, and calls a
  /// build from its main branch `nightly`.
  var isOfRecentKubeRay: Bool {
    guard let text = annotation("ray.io/kuberay-version"), !text.isEmpty else { return false }
    return RayVersion(text).map { $0 >= RayVersion(major: 1, minor: 3) } ?? true
  }

  /// Whether Kueue queues the cluster, and so compares its pod templates with those that it admitted.
  var isQueuedByKueue: Bool { labels["kueue.x-k8s.io/queue-name"] != nil }
}

/// What a user asks of Raymesh by an annotation.
enum UserWish {
  /// `raymesh.io/inject`: `"true"` takes a cluster in that was left alone, `"false"` leaves it alone.
  static let inject = "raymesh.io/inject"
  /// `raymesh.io/node-address`: `"always"` or `"never"` overrides Raymesh's judgement.
  static let nodeAddress = "raymesh.io/node-address"
}

extension JSONElement {
  /// The map of strings under `key`, or `nil` where it is absent.
  func strings(_ key: StaticString) throws(JSONMismatch) -> StringMap? {
    guard let map = member(key) else { return nil }
    return try StringMap(map)
  }
}
