internal import Admission
internal import JSON
internal import RayPlan

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
  /// - Throws: `ClusterRefusal` where the cluster cannot be read, has no name yet, or is refused.
  init(of manifest: JSONValue, options: PlanOptions, namespace: String) throws(ClusterRefusal) {
    do {
      let document = try JSONDocument(JSONWriter.bytes(of: manifest))
      let (answer, plan) = ClusterWrite(document.root, namespace: namespace, options: options).decision()
      switch answer {
      case .deny(let refusal): throw refusal
      case .allow(let notices): (cluster, warnings) = (manifest, notices.warnings)
      case .patch(let patch, let notices): (cluster, warnings) = (try patch.applied(to: manifest), notices.warnings)
      }
      service = try plan.map { try HeadlessService(for: $0).object }
    } catch let error as Refusal {
      throw ClusterRefusal(reasons: error.faults.map(\.description))
    } catch { throw ClusterRefusal(reasons: ["\(error)"]) }
  }
}

/// Why a RayCluster is not rendered.
struct ClusterRefusal: Error, Hashable, Sendable {
  /// At least one, each a line for a person that names the place in the RayCluster, the value found and what was
  /// expected.
  let reasons: [String]
}
