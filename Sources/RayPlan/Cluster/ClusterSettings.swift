internal import JSON

/// What a RayCluster's spec says beside its groups, as far as Raymesh goes by it.
public struct ClusterSettings: Sendable {
  /// `spec.rayVersion` where that begins with a version.
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
  /// `spec.headServiceAnnotations`, which KubeRay puts on the head's own Service; `nil` where the map is absent.
  public let headServiceAnnotations: StringMap?
  private let enablesAutoscaler: Bool
  private let autoscalerVersion: String?

  /// - Throws: `JSONMismatch` where a part is not of the CRD's form.
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

  /// The `spec.managedBy` of the KubeRay operator itself (`ray.io/v1`, `RayClusterSpec`).
  static let kubeRayOperator = "ray.io/kuberay-operator"

  /// The controller that reconciles the cluster, where it is not the KubeRay operator.
  public var otherController: String? { managedBy == ClusterSettings.kubeRayOperator ? nil : managedBy }

  /// Whether the autoscaler is version 1, which matches nodes to pods by IP (ray#55302). One whose version cannot be
  /// told counts as that. Version 2 became the default with Ray 2.47.
  func usesAutoscaler1(in head: RayContainer, of version: RayVersion?) -> Bool {
    guard enablesAutoscaler else { return false }
    if let autoscalerVersion { return autoscalerVersion != "v2" }
    if let choice = head.variable("RAY_enable_autoscaler_v2")?.value { return !["1", "true", "True"].contains(choice) }
    return version.map { $0 < RayVersion(major: 2, minor: 47) } ?? true
  }
}
