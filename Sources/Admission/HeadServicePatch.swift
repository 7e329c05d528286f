internal import JSON
internal import Names
internal import RayPlan

extension JSONPatch {
  /// Corrects the protocols of the ports of KubeRay's Service for a head when it is created.
  ///
  /// KubeRay calls every port of `<cluster>-head-svc` `tcp` (`BuildServiceForHeadPod`, `common/service.go`), users
  /// cannot change that, and a mesh that is told so looks into none of them. If this Service is older than Raymesh's,
  /// the mesh uses its protocols for both. It is created once and never written again, so Raymesh corrects it on
  /// creation.
  ///
  /// The Service is read leniently: whatever is not as KubeRay makes it stays as it is. What is there already is
  /// replaced by an `add` too (RFC 6902 section 4.1).
  init(forHeadService service: JSONElement) {
    guard service.isForHead, let elements = service.member("spec")?.member("ports")?.elements else {
      self.init()
      return
    }
    let ports = elements.enumerated().map { HeadServicePort($0.element, at: $0.offset) }
    let moved = Set(ports.compactMap(\.movedComponent))
    self.init { patch in
      for port in ports where port.isCalledTCP {
        switch port.appProtocol(moved: moved) {
        case .grpc: patch.say(.grpc, of: port)
        case .http: patch.say(.http, of: port)
        case .https, .tcp, nil: break
        }
      }
    }
  }
}

extension JSONPatchWriter {
  fileprivate mutating func say(_ appProtocol: AppProtocol, of port: HeadServicePort) {
    add(appProtocol.rawValue, under: "appProtocol", of: ("/spec/ports" as JSONPointer).appending(port.index))
  }
}

extension JSONElement {
  /// Whether this is a Service that the KubeRay operator made for the head of a RayCluster, and nobody asks to leave it
  /// alone. Its owner tells that, and the labels that no user can change (`HeadServiceLabels`).
  fileprivate var isForHead: Bool {
    guard let metadata = member("metadata"), let labels = metadata.member("labels") else { return false }
    return labels.member(Label.nodeType)?.string == "head" && labels.member(Label.cluster)?.string != nil
      && labels.member(Label.createdBy)?.string == WellKnown.kubeRayOperator
      && metadata.member("ownerReferences")?.elements?.contains(where: \.isRayClusterReference) == true
      && metadata.member("annotations")?.member(Annotation.inject)?.string != "false"
  }

  private var isRayClusterReference: Bool {
    member("kind")?.string == "RayCluster" && member("apiVersion")?.string?.hasPrefix(APIGroup.rayPrefix) == true
  }
}
