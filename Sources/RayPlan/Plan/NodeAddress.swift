internal import Names

/// By what address a group's nodes are known to Ray, and so what the mesh sees.
public enum GroupAddress: Hashable, Sendable {
  /// A DNS name, by the value of `node-ip-address` that is Raymesh's.
  case added(String)
  /// By the user's own `node-ip-address`, which lies under the Service or does not.
  case stated(isUnderService: Bool)
  /// The pod's IP, as Raymesh has left the address out.
  case leftOut(Reason)

  /// Why no address is added. The sentences behind them are `PlanNotice`'s.
  public enum Reason: Hashable, Sendable {
    case asked
    case overwrittenCommand
    case rayTLS
    case autoscaler1
    case hostNetwork
    case podNames
    case ownRayStart
    case longName
    /// The group's pods run without one.
    case running
  }

  /// The value that Raymesh adds.
  public var added: String? { if case .added(let value) = self { value } else { nil } }

  /// Whether peers dial a name that the mesh can route.
  package var isName: Bool {
    switch self {
    case .added: true
    case .stated(let isUnderService): isUnderService
    case .leftOut: false
    }
  }
}

/// Decides about the node address of each group of a cluster.
struct AddressPolicy {
  private let address: NodeAddress?
  private let metadata: ClusterMetadata
  private let wish: String?
  private let ofCluster: GroupAddress.Reason?
  /// Whether the groups are as their pods were started.
  private let isStored: Bool
  /// What the cluster's own annotation says, which is read only if a group asks for it.
  private lazy var record = ManagedRecord(of: metadata)

  init(of cluster: RayCluster, under service: ServiceName?, isStored: Bool, options: PlanOptions) {
    self.isStored = isStored
    metadata = cluster.metadata
    address = NodeAddress(of: cluster, under: service, options: options)
    wish = cluster.metadata.annotation(Annotation.nodeAddress)
    ofCluster = AddressPolicy.reason(of: cluster)
  }

  mutating func address(of group: RayGroup, _ mode: GroupMode) -> GroupAddress {
    if let own = mode.own?[.nodeIPAddress] { return .added(own) }
    if let stated = group.parameter(.nodeIPAddress), mode.isRead {
      let isUnderService = address?.isAbove(stated) ?? false
      if !isUnderService, let copied = replacement(of: stated, in: group, mode) { return .added(copied) }
      return .stated(isUnderService: isUnderService)
    }
    if let reason = reason(for: group, mode) { return .leftOut(reason) }
    return address.map { .added($0.shellWord) } ?? .leftOut(.longName)
  }

  /// In a new cluster that was copied from a managed one, record and all, what is Raymesh's is the other's address.
  private mutating func replacement(of stated: String, in group: RayGroup, _ mode: GroupMode) -> String? {
    guard let address, mode.isComplete, stated.contains(bytesOf: NodeAddress.variable),
      let record, record[group.role].contains(RayParameter.nodeIPAddress.name), reason(for: group, mode) == nil
    else { return nil }
    return address.shellWord
  }

  /// What no wish can change comes first.
  private func reason(for group: RayGroup, _ mode: GroupMode) -> GroupAddress.Reason? {
    switch mode {
    case .keep: return .running
    case .leave(.ownRayStart): return .ownRayStart
    case .leave(.hostNetwork): return .hostNetwork
    case .complete: if isStored { return .running }
    }
    switch wish {
    case "always": return nil
    case "never": return .asked
    default: break
    }
    if let ofCluster { return ofCluster }
    if group.overwritesCommand { return .overwrittenCommand }
    if group.usesHostNetwork { return .hostNetwork }
    return group.namesPods ? .podNames : nil
  }

  private static func reason(of cluster: RayCluster) -> GroupAddress.Reason? {
    let overwritten = cluster.metadata.annotation(Annotation.overwriteContainerCommand)
    if OverwrittenCommand.isAsked(by: overwritten) { return .overwrittenCommand }
    if cluster.usesRayTLS { return .rayTLS }
    if cluster.settings.usesAutoscaler1(in: cluster.head.container, of: cluster.rayVersion) { return .autoscaler1 }
    return cluster.settings.namesPods ? .podNames : nil
  }
}

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

  /// The address of a cluster's pods under its Service. It is `nil` if the pod cannot know the Service's name, or if
  /// the pod's own name may be longer than DNS allows.
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
