internal import JSON
internal import Kubernetes
internal import Limits
internal import Names
internal import RayPlan

/// What is cached of a Service that has the name of a managed cluster's: everything that a decision about it depends
/// on, within the bounds of `ClusterLimits`.
///
/// Anybody can create Services with Raymesh's label and annotations. So a Service is read for one cluster, and its
/// annotation `raymesh.io/ports` counts only if that cluster owns the Service.
struct LiveService: Hashable, Sendable {
  let identity: ObjectIdentity
  /// Whether the Service carries Raymesh's label.
  let isOurs: Bool
  /// Whether its owner wants Raymesh to take it over.
  let asksForAdoption: Bool
  let ownership: ServiceOwnership
  let ports: PortRuns
  /// Whether `ports` and `otherSelectors` are everything that the Service has.
  let isWhole: Bool
  /// The cluster whose pods the Service selects.
  let selected: String?
  /// The other keys of its selector, sorted.
  let otherSelectors: [String]
  let isHeadless: Bool
  let publishesNotReady: Bool
  let isExportedToItsNamespace: Bool
  /// The record of its ports; `nil` unless the cluster owns the Service.
  let record: PortRecord?

  /// - Parameter cluster: the managed cluster whose Service has this name.
  /// - Throws: `JSONMismatch` if the object is not an API server's Service.
  init(_ object: JSONElement, for cluster: ManagedCluster) throws(JSONMismatch) {
    identity = try ObjectIdentity(of: object)
    let metadata = try object.requiredObject("metadata")
    let annotations = try metadata.object("annotations")
    isOurs = metadata.member("labels")?.member(Label.managedBy)?.isString(WellKnown.program) == true
    asksForAdoption = annotations?.member(Annotation.adopt)?.isString("true") == true
    isExportedToItsNamespace = annotations?.member(Annotation.exportTo)?.isString(".") == true
    ownership = try ServiceOwnership(of: metadata, by: cluster)
    record = ownership == .cluster ? annotations?.member(Annotation.ports)?.string.flatMap { PortRecord($0) } : nil
    let spec = try object.requiredObject("spec")
    isHeadless = spec.member("clusterIP")?.string == "None"
    publishesNotReady = spec.member("publishNotReadyAddresses")?.bool ?? false
    let selector = try spec.object("selector")
    selected = selector?.member(Label.cluster)?.string
    let keys = selector.map(LiveService.keys) ?? []
    otherSelectors = keys.prefix(ClusterLimits.selectors.value).sorted()
    let runs = PortRuns(try spec.array("ports").map { element throws(JSONMismatch) in try PortRun(element) }).runs
    ports = PortRuns(runs.prefix(ClusterLimits.portRuns.value))
    isWhole = runs.count <= ClusterLimits.portRuns.value && keys.count <= ClusterLimits.selectors.value
  }

  private static func keys(of selector: JSONElement) -> [String] {
    var keys: [String] = []
    if let members = selector.members { for (key, _) in members where key != Label.cluster { keys.append(key) } }
    return keys
  }
}

/// The owner of a Service, as seen from the cluster whose Service has this name.
enum ServiceOwnership: Hashable, Sendable {
  /// The cluster itself, by name, namespace and uid.
  case cluster
  case nobody
  /// Only earlier clusters of the same name. Garbage collection may not have run yet.
  case former
  /// Somebody else, such as another object that created it.
  case other

  init(of metadata: JSONElement, by cluster: ManagedCluster) throws(JSONMismatch) {
    let namespace = try metadata.string("namespace") ?? ""
    var (isOwned, areFormer, count) = (false, true, 0)
    for reference in try metadata.array("ownerReferences") {
      count += 1
      let isNamesake =
        reference.member("kind")?.isString("RayCluster") == true
        && reference.member("apiVersion")?.string?.hasPrefix(APIGroup.rayPrefix) == true
        && reference.member("name")?.string == cluster.key.name && namespace == cluster.key.namespace
      if !isNamesake { areFormer = false }
      if isNamesake, reference.member("uid")?.string == cluster.uid { isOwned = true }
    }
    if isOwned { self = .cluster } else { self = count == 0 ? .nobody : areFormer ? .former : .other }
  }
}

extension PortRun {
  /// Reads a port of a Service.
  fileprivate init(_ element: JSONElement) throws(JSONMismatch) {
    guard let number = element.member("port")?.integer.flatMap({ UInt16(exactly: $0) }), number > 0 else {
      throw element.missing("port", expected: "a port from 1 to 65535")
    }
    let transport = try element.string("protocol") ?? "TCP"
    guard let known = ContainerPort.TransportProtocol(rawValue: transport) else {
      throw element.missing("protocol", expected: "TCP, UDP or SCTP")
    }
    self.init(
      name: try element.string("name") ?? "", number: number, transport: known,
      appProtocol: try element.string("appProtocol"))
  }
}
