internal import JSON
internal import RayMesh

/// A RayCluster as the webhook would patch it, and its Service.
struct ClusterRendering: Sendable {
  /// The patched cluster.
  let cluster: JSONValue
  /// Its headless Service, or `nil` where the webhook would leave the cluster alone.
  let service: JSONValue?
  /// What the user should know though nothing is wrong.
  let warnings: [String]

  /// Renders a RayCluster.
  ///
  /// - Parameter namespace: the namespace where the manifest does not say.
  /// - Throws: `ClusterFault` where the cluster cannot be read, has no name yet, or is refused.
  init(of manifest: JSONValue, options: PlanOptions, namespace: String) throws(ClusterFault) {
    do {
      let document = try JSONDocument(JSONWriter.bytes(of: manifest))
      switch try ClusterWrite(document.root, namespace: namespace, options: options).outcome() {
      case .untouched(let notices):
        (cluster, service, warnings) = (manifest, nil, notices.warnings)
      case .planned(let plan, let patch, let notices):
        cluster = try patch.applied(to: manifest)
        service = try HeadlessService(for: plan).object
        warnings = notices.warnings
      }
    } catch { throw ClusterFault(description: "\(error)") }
  }
}

/// Why a RayCluster is not rendered.
struct ClusterFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line for a person, which names the place in the RayCluster, the value found and what was expected.
  let description: String
}
