/// A pod's DNS name under the headless Service, as a word for the shell that runs `ray start`.
///
/// KubeRay writes parameters unquoted into a `bash -c` line, so the shell evaluates the value in the pod. Kubernetes
/// leaves `$(echo …)` alone, as it expands `$(NAME)` for defined names only.
public struct NodeAddress {
  /// The environment variable that carries the pod's IP.
  public static let variable = "RAYMESH_POD_IP"
  /// Where it takes its value from.
  public static let fieldPath = "status.podIP"

  /// An IPv6 address in full, its colons turned to dashes.
  private static let longestLabel = 39
  /// The word.
  let shellWord: String
  /// The Service, and the namespace and the domain above it.
  private let place: (service: String, namespace: String, domain: String)

  /// The address of a cluster's pods under its Service, or `nil` where the Service's name cannot be known to the pod, or its own
  /// may be longer than DNS has names.
  ///
  /// CoreDNS names a headless endpoint by its IP with dots and colons turned to dashes. A worker whose own name does
  /// not resolve yet is lost, so the word waits for it first.
  init?(of cluster: RayCluster, under name: ServiceName?, options: PlanOptions) {
    guard let name else { return nil }
    let below = NodeAddress.longestLabel + 1 + (name.known?.utf8.count ?? ServiceName.longest) + 1
    let above = cluster.namespace.utf8.count + ".svc.".utf8.count + options.clusterDomain.utf8.count
    guard below + above <= DNSName.longestDomain else { return nil }
    let service = name.inPod
    place = (service, cluster.namespace, options.clusterDomain)
    shellWord = String(joining: [options.beforeService, service, ".", cluster.namespace, options.afterNamespace])
  }

  /// What comes before the Service in the word, and what after the namespace: the same for every cluster.
  static func ends(domain: String, wait: Int) -> (before: String, after: String) {
    let label = "$(echo $\(variable) | tr .: -)."
    guard wait > 0 else { return (label, ".svc.\(domain)") }
    let loop = "for i in $(seq \(wait)); do getent hosts $a >/dev/null && break; sleep 1; done; echo $a)"
    return ("$(a=\(label)", ".svc.\(domain); \(loop)")
  }

  /// Whether a value of `node-ip-address` is a name under the cluster's Service, or under what that was called while
  /// the cluster's name was not known yet.
  func isAbove(_ value: String) -> Bool {
    let domains = ".\(place.namespace).svc.\(place.domain)"
    return value.contains(bytesOf: ".\(place.service)\(domains)")
      || value.contains(bytesOf: ".\(ServiceName.generated)\(domains)")
  }
}

extension String {
  /// Texts one after the other, in memory that is asked for once.
  fileprivate init(joining parts: [String]) {
    let capacity = parts.reduce(0) { $0 + $1.utf8.count }
    self = unsafe String(unsafeUninitializedCapacity: capacity) { room in
      var end = 0
      for part in parts { end = unsafe room[end...].initialize(fromContentsOf: part.utf8) }
      return end
    }
  }
}
