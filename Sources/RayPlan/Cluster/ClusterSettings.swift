public import JSON
internal import Names

/// What a RayCluster's spec says beside its groups, as far as Raymesh goes by it.
public struct ClusterSettings: Sendable {
  /// `spec.rayVersion` if that begins with a version.
  public let rayVersion: RayVersion?
  /// `spec.suspend`: whether the cluster has no pods now.
  public let isSuspended: Bool
  /// `spec.managedBy`: which controller reconciles the cluster, `nil` for the KubeRay operator.
  public let managedBy: String?
  /// `spec.upgradeStrategy.type` is `Recreate`: a change of the spec restarts all pods (KubeRay 1.6 on).
  public let recreatesPods: Bool
  /// `spec.tlsOptions.enabled`: Ray's own TLS, whose certificates carry pod IPs (KubeRay 1.7 on).
  public let enablesRayTLS: Bool
  /// Whether KubeRay gives the pods names of their own. Proposed for KubeRay (kuberay#5191), so it goes by any
  /// `podFQDN` in the spec.
  public let namesPods: Bool
  /// `spec.headServiceAnnotations`, which KubeRay puts on the head's own Service; `nil` if the map is absent.
  public let headServiceAnnotations: StringMap?
  private let enablesAutoscaler: Bool
  private let autoscalerVersion: String?

  /// - Throws: `JSONMismatch` if a part is not of the CRD's form.
  init(of spec: JSONElement) throws(JSONMismatch) {
    rayVersion = try spec.string("rayVersion").flatMap { RayVersion($0) }
    isSuspended = spec.member("suspend")?.bool ?? false
    managedBy = try spec.string("managedBy")
    recreatesPods = try spec.object("upgradeStrategy")?.string("type") == "Recreate"
    enablesRayTLS = try spec.object("tlsOptions")?.member("enabled")?.bool ?? false
    namesPods = spec.member("podFQDN") != nil
    headServiceAnnotations = try spec.strings("headServiceAnnotations")
    enablesAutoscaler = spec.member("enableInTreeAutoscaling")?.bool ?? false
    autoscalerVersion = try spec.object("autoscalerOptions")?.string("version")
  }

  /// The controller that reconciles the cluster, if it is not the KubeRay operator.
  public var otherController: String? { managedBy == WellKnown.kubeRayManager ? nil : managedBy }

  /// Whether the autoscaler is version 1, which matches nodes to pods by IP (ray#55302). One whose version cannot be
  /// told counts as that. Version 2 became the default with Ray 2.47.
  func usesAutoscaler1(in head: RayContainer, of version: RayVersion?) -> Bool {
    guard enablesAutoscaler else { return false }
    if let autoscalerVersion { return autoscalerVersion != "v2" }
    if let choice = head.variable("RAY_enable_autoscaler_v2")?.value { return !["1", "true", "True"].contains(choice) }
    return version.map { $0 < RayVersion(major: 2, minor: 47) } ?? true
  }
}

/// What a RayCluster's metadata says about its writer, and what it asks of Raymesh. It can be read without the spec.
public struct ClusterMetadata: Sendable {
  /// The annotations, or `nil` if the map is absent.
  public let annotations: StringMap?
  /// Whether the label that KubeRay gives to a RayService's clusters is there.
  private let isLabelledByRayService: Bool
  /// Whether Kueue queues the cluster, and so compares its pod templates with those that it admitted.
  public let isQueuedByKueue: Bool
  /// Whether `deletionTimestamp` is set: the object only waits for its finalizers.
  public let isBeingDeleted: Bool
  private let ownerKinds: [String]

  /// Reads the metadata of an object.
  ///
  /// - Throws: `JSONMismatch` if a part that Raymesh reads is not of Kubernetes' form.
  public init(of object: JSONElement) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    annotations = try metadata.strings("annotations")
    let labels = try metadata.labels()
    isLabelledByRayService = labels?.member(Label.originatedFrom)?.isString("RayService") ?? false
    isQueuedByKueue = labels?.member(Label.queueName) != nil
    isBeingDeleted = metadata.member("deletionTimestamp") != nil
    ownerKinds = try metadata.array("ownerReferences").compactMap { $0.member("kind")?.string }
  }

  /// The value of an annotation.
  public func annotation(_ key: String) -> String? { annotations?[key] }

  /// Whether a RayService made the cluster (KubeRay labels it so from 1.1 on).
  public var isOfRayService: Bool {
    ownerKinds.contains("RayService") || isLabelledByRayService
  }

  /// Whether the KubeRay that made the cluster is known to be 1.3 or later. It says so in an annotation, and calls a
  /// build from its main branch `nightly`.
  public var isOfRecentKubeRay: Bool {
    guard let text = annotation(Annotation.kubeRayVersion), !text.isEmpty else { return false }
    return RayVersion(text).map { $0 >= RayVersion(major: 1, minor: 3) } ?? true
  }
}

extension JSONElement {
  /// The labels, each of which is a string, left in the document.
  fileprivate func labels() throws(JSONMismatch) -> JSONElement? {
    guard let labels = member("labels") else { return nil }
    guard let members = labels.members else { throw labels.mismatch(expected: "an object") }
    for value in members.values where value.kind != .string { throw value.mismatch(expected: "a string") }
    return labels
  }

  /// The map of strings under `key`, or `nil` if it is absent.
  func strings(_ key: StaticString) throws(JSONMismatch) -> StringMap? {
    guard let map = member(key) else { return nil }
    return try StringMap(map)
  }
}
