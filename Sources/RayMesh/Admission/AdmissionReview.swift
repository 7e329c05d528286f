public import JSON

/// The request half of a `k8s.io/api/admission` AdmissionReview, `v1` or `v1beta1`: the slice that Raymesh reads.
public struct AdmissionReview {
  /// The version that the reply must be in too.
  public let version: Version
  /// What the reply is matched by.
  public let uid: String
  /// `CREATE`, `UPDATE`, `DELETE` or `CONNECT`.
  public let operation: String
  /// What is asked about.
  public let resource: Resource
  /// The namespace, or `""` where the resource has none.
  public let namespace: String
  /// The object's name, or `""` where it is made later (`generateName`).
  public let name: String
  /// Who writes, or `""` where the API server does not say.
  public let user: String
  /// The object as it would be stored, or `nil` where there is none, as on DELETE.
  public let object: JSONElement?
  /// The object as it is stored, or `nil` where there is none, as on CREATE.
  public let oldObject: JSONElement?

  /// The versions of AdmissionReview that Raymesh speaks.
  public enum Version: String, CaseIterable, Sendable {
    case v1 = "admission.k8s.io/v1"
    case v1beta1 = "admission.k8s.io/v1beta1"
  }

  /// A resource as the API server names it.
  public struct Resource: Hashable, Sendable {
    /// The API group, `ray.io` for RayClusters.
    public let group: String
    /// The version within the group.
    public let version: String
    /// The plural name.
    public let name: String
    /// The subresource, or `""` for the object itself.
    public let subresource: String
  }

  /// Reads an AdmissionReview.
  ///
  /// - Throws: `JSONMismatch` where it is none, or lacks what a reply needs.
  public init(_ review: JSONElement) throws(JSONMismatch) {
    version = try AdmissionReview.version(of: review)
    let request = try review.requiredObject("request")
    uid = try request.requiredString("uid")
    operation = try request.requiredString("operation")
    resource = try Resource(of: request)
    namespace = try request.string("namespace") ?? ""
    name = try request.string("name") ?? ""
    user = request.member("userInfo")?.member("username")?.string ?? ""
    object = try request.object("object")
    oldObject = try request.object("oldObject")
  }

  private static func version(of review: JSONElement) throws(JSONMismatch) -> Version {
    guard review.kind == .object else { throw review.mismatch(expected: "an AdmissionReview") }
    guard try review.requiredString("kind") == "AdmissionReview" else {
      throw review.member("kind")?.mismatch(expected: "\"AdmissionReview\"")
        ?? review.missing("kind", expected: "\"AdmissionReview\"")
    }
    guard let version = Version(rawValue: try review.requiredString("apiVersion")) else {
      let expected = Version.allCases.map(\.rawValue).joined(separator: " or ")
      throw review.member("apiVersion")?.mismatch(expected: expected)
        ?? review.missing("apiVersion", expected: expected)
    }
    return version
  }
}

extension AdmissionReview.Resource {
  fileprivate init(of request: JSONElement) throws(JSONMismatch) {
    let resource = try request.requiredObject("resource")
    group = try resource.string("group") ?? ""
    version = try resource.requiredString("version")
    name = try resource.requiredString("resource")
    subresource = try request.string("subResource") ?? ""
  }

  /// Whether this is a RayCluster itself, in a version that Raymesh knows.
  public var isRayCluster: Bool {
    group == "ray.io" && name == "rayclusters" && subresource.isEmpty && (version == "v1" || version == "v1alpha1")
  }

  /// Whether this is a Service itself.
  public var isService: Bool { group.isEmpty && version == "v1" && name == "services" && subresource.isEmpty }
}
