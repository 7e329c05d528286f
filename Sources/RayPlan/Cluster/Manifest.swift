public import JSON

extension RayCluster {
  /// The versions of the RayCluster API that Raymesh knows.
  static let apiVersions = ["ray.io/v1", "ray.io/v1alpha1"]

  /// Whether a Kubernetes object of this kind and version is a RayCluster.
  public static func describes(kind: String?, apiVersion: String?) -> Bool {
    kind == "RayCluster" && apiVersion.map(apiVersions.contains) == true
  }

  /// Reads a RayCluster from a manifest, which unlike an admission request's object may be of any kind.
  ///
  /// - Parameter namespace: the namespace where the manifest does not say.
  /// - Throws: `JSONMismatch` where it is no RayCluster, or cannot be read.
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
