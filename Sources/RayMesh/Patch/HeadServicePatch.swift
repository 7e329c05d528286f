internal import JSON

/// What KubeRay's Service for a head says wrong, put right as it is created: what its ports speak.
///
/// KubeRay calls every port of `<cluster>-head-svc` `tcp` (`BuildServiceForHeadPod`, `common/service.go`), users cannot
/// change that, and a mesh that is told so looks into none of them. Where this Service is older than Raymesh's, the mesh
/// goes by it in both. It is created once and never written again, so its creation is the time.
struct HeadServicePatch {
  /// A value for each port that is put right, perhaps none. What is there already is replaced by an `add` too
  /// (RFC 6902 section 4.1).
  private(set) var operations = JSONPatch()

  /// Reads a Service leniently: whatever is not as KubeRay makes it stays as it is.
  init(for service: JSONElement) {
    guard service.isForHead, let elements = service.member("spec")?.member("ports")?.elements else { return }
    let ports = elements.enumerated().map { HeadServicePort($0.element, at: $0.offset) }
    let moved = Set(ports.compactMap(\.movedComponent))
    for port in ports where port.isCalledTCP {
      switch port.appProtocol(moved: moved) {
      case .grpc: say(.grpc, of: port)
      case .http: say(.http, of: port)
      case .https, .tcp, nil: break
      }
    }
  }

  private mutating func say(_ appProtocol: AppProtocol, of port: HeadServicePort) {
    let place = HeadServicePatch.ports.appending(port.index)
    operations.add(.string(appProtocol.rawValue), under: "appProtocol", of: place)
  }

  private static let ports: JSONPointer = "/spec/ports"
}

extension JSONElement {
  /// Whether this is a Service that the KubeRay operator made for the head of a RayCluster, by the labels that no user
  /// can change (`HeadServiceLabels`) and its owner, and nobody asks to leave it alone.
  fileprivate var isForHead: Bool {
    guard let metadata = member("metadata"), let labels = metadata.member("labels") else { return false }
    return labels.member("ray.io/node-type")?.string == "head" && labels.member("ray.io/cluster")?.string != nil
      && labels.member("app.kubernetes.io/created-by")?.string == "kuberay-operator"
      && metadata.member("ownerReferences")?.elements?.contains(where: \.isRayClusterReference) == true
      && metadata.member("annotations")?.member("raymesh.io/inject")?.string != "false"
  }

  private var isRayClusterReference: Bool {
    member("kind")?.string == "RayCluster" && member("apiVersion")?.string?.hasPrefix("ray.io/") == true
  }
}
