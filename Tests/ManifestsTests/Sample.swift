import JSON
import RayPlan
import TestSupport

@testable import Manifests

/// Manifests that tests spell out, and how they render them.
enum Sample {
  /// A RayCluster of a head group alone.
  ///
  /// - Parameter metadata: more lines of the metadata, each indented by two.
  static func cluster(_ name: String, metadata: String = "", parameters: String = "{}") -> String {
    ClusterText.headOnly(name, metadata: metadata, parameters: parameters)
  }

  /// Something that is no RayCluster, spaced as no writer would.
  static func other(_ name: String) -> String {
    "apiVersion:   v1\nkind: ConfigMap # a comment\nmetadata: {  name: \(name) }\n"
  }

  /// The text that files of these contents are rendered to.
  static func render(_ files: String..., namespace: String = "default") throws -> String {
    try rendering(of: files, namespace: namespace).text
  }

  /// The whole of what comes out. The files are called a.yaml, b.yaml and so on.
  static func rendering(of files: [String], namespace: String = "default") throws -> ManifestRenderer.Rendering {
    let named = zip("abcdefghij", files).map { (name: "\($0).yaml", bytes: Array($1.utf8)) }
    return try ManifestRenderer(options: .standard, namespace: namespace).render(named)
  }

  /// What the documents of a stream say.
  static func documents(of text: String) throws -> [JSONValue] {
    try ManifestStream(text).documents.compactMap { try DocumentReading($0.text)?.value }
  }
}
