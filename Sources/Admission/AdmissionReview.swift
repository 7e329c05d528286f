public import JSON
internal import Names

/// The request half of a `k8s.io/api/admission` AdmissionReview, `v1` or `v1beta1`: the slice that Raymesh reads.
public struct AdmissionReview {
  /// The version that the reply must be in too.
  public let version: Version
  /// The object as it would be stored, or `nil` if there is none, as on DELETE.
  public let object: JSONElement?
  /// The object as it is stored, or `nil` if there is none, as on CREATE.
  public let oldObject: JSONElement?
  /// What is asked about.
  public let resource: Resource
  /// The rest, read when it is needed. The types of its parts have been checked.
  private let request: JSONElement

  /// The uid by which the API server matches the reply.
  public var uid: String { text("uid") }
  /// `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
  public var operation: String { text("operation") }
  /// The namespace, or `""` if the resource has none.
  public var namespace: String { text("namespace") }
  /// The object's name, or `""` if it is made later (`generateName`).
  public var name: String { text("name") }
  /// The user who writes, or `""` if the API server does not say.
  public var user: String { request.member("userInfo")?.member("username")?.string ?? "" }

  private func text(_ key: StaticString) -> String { request.member(key)?.string ?? "" }

  /// The versions of AdmissionReview that Raymesh speaks.
  public enum Version: String, CaseIterable, Sendable {
    case v1 = "admission.k8s.io/v1"
    case v1beta1 = "admission.k8s.io/v1beta1"
  }

  /// A resource as the API server names it.
  public struct Resource {
    private let request: JSONElement
    private let resource: JSONElement

    /// The API group, `ray.io` for RayClusters.
    public var group: String { resource.member("group")?.string ?? "" }
    /// The version within the group.
    public var version: String { resource.member("version")?.string ?? "" }
    /// The plural name.
    public var name: String { resource.member("resource")?.string ?? "" }
    /// The subresource, or `""` for the object itself.
    public var subresource: String { request.member("subResource")?.string ?? "" }
  }

  /// Reads an AdmissionReview.
  ///
  /// - Throws: `JSONMismatch` if it is not one, or lacks what a reply needs.
  public init(_ review: JSONElement) throws(JSONMismatch) {
    version = try AdmissionReview.version(of: review)
    let request = try review.requiredObject("request")
    self.request = request
    _ = try request.requiredText("uid")
    _ = try request.requiredText("operation")
    resource = try Resource(of: request)
    _ = try request.text("namespace")
    _ = try request.text("name")
    object = try request.object("object")
    oldObject = try request.object("oldObject")
  }

  private static func version(of review: JSONElement) throws(JSONMismatch) -> Version {
    guard review.kind == .object else { throw review.mismatch(expected: "an AdmissionReview") }
    guard try review.requiredText("kind").isString("AdmissionReview") else {
      throw review.member("kind")?.mismatch(expected: "\"AdmissionReview\"")
        ?? review.missing("kind", expected: "\"AdmissionReview\"")
    }
    let stated = try review.requiredText("apiVersion")
    if stated.isString(APIVersion.admission) { return .v1 }
    guard let version = stated.string.flatMap({ Version(rawValue: $0) }) else {
      let expected = Version.allCases.map(\.rawValue).joined(separator: " or ")
      throw review.member("apiVersion")?.mismatch(expected: expected)
        ?? review.missing("apiVersion", expected: expected)
    }
    return version
  }
}

extension AdmissionReview {
  /// Whether the operation is a certain one.
  func isOperation(_ name: StaticString) -> Bool { request.member("operation")?.isString(name) ?? false }
}

extension AdmissionReview.Resource {
  fileprivate init(of request: JSONElement) throws(JSONMismatch) {
    self.request = request
    resource = try request.requiredObject("resource")
    _ = try resource.text("group")
    _ = try resource.requiredText("version")
    _ = try resource.requiredText("resource")
    _ = try request.text("subResource")
  }

  /// Whether this is a RayCluster itself, in a version that Raymesh knows.
  public var isRayCluster: Bool {
    isWhole("rayclusters", in: APIGroup.ray) && (isVersion("v1") || isVersion("v1alpha1"))
  }

  /// Whether this is a Service itself.
  public var isService: Bool { isWhole("services", in: "") && isVersion("v1") }

  private func isVersion(_ version: StaticString) -> Bool { resource.member("version")?.isString(version) ?? false }

  private func isWhole(_ name: StaticString, in group: StaticString) -> Bool {
    resource.member("resource")?.isString(name) ?? false && request.member("subResource")?.isString("") ?? true
      && resource.member("group")?.isString(group) ?? (group.utf8CodeUnitCount == 0)
  }
}
