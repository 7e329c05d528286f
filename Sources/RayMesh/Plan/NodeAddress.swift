/// A pod's DNS name under the headless Service, as a word for the shell that runs `ray start`.
///
/// KubeRay writes parameters unquoted into a `bash -c` line, so the shell evaluates the value in the pod. Kubernetes
/// leaves `$(echo …)` alone, as it expands `$(NAME)` for defined names only.
struct NodeAddress {
  /// The environment variable that carries the pod's IP.
  static let variable = "RAYMESH_POD_IP"
  /// Where it takes its value from.
  static let fieldPath = "status.podIP"

  /// The word.
  let shellWord: String
  /// The Service, and the domains above it with a dot before each.
  private let place: (service: String, domains: String)

  /// The address of a cluster's pods, or `nil` where the Service's name cannot be known to the pod.
  ///
  /// CoreDNS names a headless endpoint by its IP with dots and colons turned to dashes. A worker whose own name does
  /// not resolve yet is lost, so the word waits for it first.
  init?(of cluster: RayCluster, options: PlanOptions) {
    guard let service = ServiceName(of: cluster.name)?.inPod else { return nil }
    place = (service, ".\(cluster.namespace).svc.\(options.clusterDomain)")
    let waits = options.nodeAddressWait > 0
    var word = waits ? "$(a=" : ""
    word.reserveCapacity(255)
    word += NodeAddress.label
    word += "."
    word += service
    word += place.domains
    if waits {
      word += "; for i in $(seq "
      word += String(options.nodeAddressWait)
      word += "); do getent hosts $a >/dev/null && break; sleep 1; done; echo $a)"
    }
    shellWord = word
  }

  /// The pod's own label below the Service.
  private static let label = "$(echo $\(variable) | tr .: -)"

  /// Whether a value of `node-ip-address` is a name under the cluster's Service, or under what that was called while
  /// the cluster's name was not known yet.
  func isAbove(_ value: String) -> Bool {
    value.contains(".\(place.service)\(place.domains)") || value.contains(".\(ServiceName.generated)\(place.domains)")
  }
}
