public import JSON
internal import Limits
internal import Names

/// The slice of a RayCluster (`ray.io/v1`, `v1alpha1`) that Raymesh reads; all else is never looked at.
///
/// A class, as plans, patches and Services are all made from the same.
public final class RayCluster: Sendable {
  /// Its name, or the prefix that the API server will make one from.
  public let name: Name
  /// The namespace that it is, or will be, in.
  public let namespace: String
  /// What the rest of the metadata says.
  public let metadata: ClusterMetadata
  /// What the spec says beside its groups.
  public let settings: ClusterSettings
  /// The version of Ray, or `nil` if the cluster names none. If the head's image is Ray's own, its tag tells the
  /// version. Otherwise the version is the higher of `spec.rayVersion` and the tag, as either may be stale or
  /// somebody's own.
  public let rayVersion: RayVersion?
  /// The version in the tag of the head's image if that is Ray's own, so that the tag is sure to be a version of Ray.
  let rayImageVersion: RayVersion?
  /// The head group.
  public let head: RayGroup
  /// The head group, then the worker groups, in the order of the spec.
  public let groups: [RayGroup]

  /// What a cluster is called.
  public enum Name: Hashable, Sendable {
    case known(String)
    /// `generateName`: at admission no name exists yet.
    case generated(prefix: String)
  }

  /// Reads a RayCluster.
  ///
  /// - Parameter namespace: the namespace if the object does not say; an admission request always does.
  /// - Throws: `JSONMismatch` if a part that Raymesh reads is not of the CRD's form.
  public convenience init(_ object: JSONElement, namespace: String) throws(JSONMismatch) {
    var budget = WorkBudget()
    try self.init(object, nil, namespace: namespace, within: &budget)
  }

  /// - Parameters:
  ///   - known: the rest of the metadata if it has been read already.
  ///   - budget: how much work it may be.
  public init(
    _ object: JSONElement, _ known: ClusterMetadata?, namespace: String, within budget: inout WorkBudget
  ) throws(JSONMismatch) {
    let metadata = try object.requiredObject("metadata")
    name = try RayCluster.name(in: metadata)
    self.namespace = try RayCluster.namespace(in: metadata, otherwise: namespace)
    if let known { self.metadata = known } else { self.metadata = try ClusterMetadata(of: object) }
    let spec = try object.requiredObject("spec")
    settings = try ClusterSettings(of: spec)
    groups = try RayCluster.groups(of: spec, within: &budget)
    head = groups[0]
    rayImageVersion = head.container.rayImageVersion
    rayVersion = rayImageVersion ?? RayCluster.higher(settings.rayVersion, head.container.imageVersion)
  }

  /// The head group and the worker groups.
  private static func groups(of spec: JSONElement, within budget: inout WorkBudget) throws(JSONMismatch) -> [RayGroup] {
    let head = try spec.requiredObject("headGroupSpec")
    let workers = try workerGroups(of: spec)
    var groups: [RayGroup] = []
    groups.reserveCapacity(1 + workers.underestimatedCount)
    guard budget.allows(head.weight) else { throw budget.end }
    groups.append(try RayGroup(head, role: .head, at: "/spec/headGroupSpec"))
    for (index, group) in workers.enumerated() {
      guard budget.allows(group.weight) else { throw budget.end }
      let role = RayGroup.Role.worker(try group.requiredString("groupName"))
      groups.append(try RayGroup(group, role: role, at: workersPointer.appending(index)))
    }
    return groups
  }

  private static func higher(_ one: RayVersion?, _ other: RayVersion?) -> RayVersion? {
    guard let one, let other else { return one ?? other }
    return max(one, other)
  }

  private static func workerGroups(of spec: JSONElement) throws(JSONMismatch) -> JSONElement.Elements {
    let groups = try spec.array("workerGroupSpecs")
    guard groups.underestimatedCount <= ReviewLimits.workerGroups.value else {
      throw JSONMismatch(
        at: workersPointer, found: "\(groups.reduce(0) { count, _ in count + 1 }) worker groups",
        expected: "at most \(ReviewLimits.workerGroups.value)")
    }
    return groups
  }

  private static let workersPointer: JSONPointer = "/spec/workerGroupSpecs"

  /// The worker groups, in the order of the spec.
  public var workers: [RayGroup] { Array(groups.dropFirst()) }

  /// Whether Ray's own TLS is on, by KubeRay or by environment, so that all that speaks grpc speaks it within TLS.
  var usesRayTLS: Bool {
    settings.enablesRayTLS || groups.contains(where: \.container.usesRayTLS)
  }

  /// The annotations, or `nil` if the map is absent.
  public var annotations: [String: String]? { metadata.annotations?.dictionary }

  private static func name(in metadata: JSONElement) throws(JSONMismatch) -> Name {
    guard let name = try metadata.string("name"), !name.isEmpty else {
      guard let prefix = try metadata.string("generateName"), !prefix.isEmpty else {
        throw metadata.missing("name", expected: nameExpectation)
      }
      guard DNSName.isServiceName("\(prefix)x", longest: longestName) else {
        throw JSONMismatch(
          at: metadata.pointer.appending("generateName"), found: JSONValue.string(prefix).summary,
          expected: nameExpectation)
      }
      return .generated(prefix: prefix)
    }
    guard DNSName.isServiceName(name, longest: longestName) else {
      throw metadata.member("name")?.mismatch(expected: nameExpectation)
        ?? metadata.missing("name", expected: nameExpectation)
    }
    return .known(name)
  }

  /// The API server's own limit (a DNS subdomain); KubeRay's, since 1.4, is 53.
  private static let longestName = 253

  private static let nameExpectation =
    "a name that Services can be called after: lower case letters, digits and '-', a letter first"

  private static func namespace(
    in metadata: JSONElement, otherwise namespace: String
  ) throws(JSONMismatch) -> String {
    let stated = try metadata.string("namespace").flatMap { $0.isEmpty ? nil : $0 } ?? namespace
    guard DNSName.isLabel(stated) else {
      throw JSONMismatch(
        at: "/metadata/namespace", found: JSONValue.string(stated).summary, expected: "a namespace: an RFC 1123 label")
    }
    return stated
  }
}

extension RayCluster {
  /// The versions of the RayCluster API that Raymesh knows.
  static let apiVersions: [String] = [APIVersion.ray, APIVersion.rayAlpha]

  /// Whether a Kubernetes object of this kind and version is a RayCluster.
  public static func describes(kind: String?, apiVersion: String?) -> Bool {
    kind == "RayCluster" && apiVersion.map(apiVersions.contains) == true
  }

  /// Reads a RayCluster from a manifest, which unlike an admission request's object may be of any kind.
  ///
  /// - Parameter namespace: the namespace if the manifest does not say.
  /// - Throws: `JSONMismatch` if it is no RayCluster, or cannot be read.
  public convenience init(manifest: JSONElement, namespace: String) throws(JSONMismatch) {
    var budget = WorkBudget()
    try self.init(manifest: manifest, namespace: namespace, within: &budget)
  }

  /// - Parameter budget: how much work it may be.
  convenience init(manifest: JSONElement, namespace: String, within budget: inout WorkBudget) throws(JSONMismatch) {
    guard try manifest.requiredString("kind") == "RayCluster" else {
      throw JSONMismatch(
        at: "/kind", found: manifest.member("kind")?.summary ?? "nothing", expected: "\"RayCluster\"")
    }
    guard let version = manifest.member("apiVersion")?.string, RayCluster.apiVersions.contains(version) else {
      throw JSONMismatch(
        at: "/apiVersion", found: manifest.member("apiVersion")?.summary ?? "nothing",
        expected: RayCluster.apiVersions.joined(separator: " or "))
    }
    try self.init(manifest, nil, namespace: namespace, within: &budget)
  }
}
