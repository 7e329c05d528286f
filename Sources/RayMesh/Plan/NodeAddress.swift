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
  /// What every such name ends with: a dot, the Service and the domains above it.
  private let suffix: String
  /// The same where the cluster's name was not known yet.
  private let generatedSuffix: String

  /// The address of a cluster's pods, or `nil` where the Service's name cannot be known to the pod.
  ///
  /// CoreDNS names a headless endpoint by its IP with dots and colons turned to dashes. A worker whose own name does
  /// not resolve yet is lost, so the word waits for it first.
  init?(of cluster: RayCluster, options: PlanOptions) {
    guard let service = ServiceName(of: cluster.name)?.inPod else { return nil }
    let domain = ".\(cluster.namespace).svc.\(options.clusterDomain)"
    suffix = ".\(service)\(domain)"
    generatedSuffix = ".\(ServiceName.generated)\(domain)"
    let name = "$(echo $\(NodeAddress.variable) | tr .: -)\(suffix)"
    guard options.nodeAddressWait > 0 else {
      shellWord = name
      return
    }
    shellWord =
      "$(a=\(name); for i in $(seq \(options.nodeAddressWait)); "
      + "do getent hosts $a >/dev/null && break; sleep 1; done; echo $a)"
  }

  /// Whether a value of `node-ip-address` is a name under the cluster's Service.
  func isAbove(_ value: String) -> Bool { value.contains(suffix) || value.contains(generatedSuffix) }
}
