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
    wish = cluster.metadata.annotation(UserWish.nodeAddress)
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
    let overwritten = cluster.metadata.annotation(OverwrittenCommand.annotation.description)
    if OverwrittenCommand.isAsked(by: overwritten) { return .overwrittenCommand }
    if cluster.usesRayTLS { return .rayTLS }
    if cluster.settings.usesAutoscaler1(in: cluster.head.container, of: cluster.rayVersion) { return .autoscaler1 }
    return cluster.settings.namesPods ? .podNames : nil
  }
}

extension GroupMode {
  /// Whether Ray reads the parameters.
  var isRead: Bool { if case .leave(.ownRayStart) = self { false } else { true } }
}
