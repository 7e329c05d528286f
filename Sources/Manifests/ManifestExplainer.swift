internal import Admission
package import Explain
internal import JSON
package import RayPlan

/// Explains each RayCluster of manifests as the webhook would see it when it is created. Everything else is skipped.
package struct ManifestExplainer {
  private let options: PlanOptions
  private let namespace: String

  /// - Parameter namespace: the namespace of clusters without one in their manifest.
  package init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// Explains files, one after the other. An error in one cluster or file does not stop the others.
  package func explain(_ files: [ManifestRenderer.File]) -> ManifestExplanation {
    var explanation = ManifestExplanation()
    for file in files {
      do throws(ManifestError) {
        let text = try ManifestText(file.bytes, named: file.name).text
        for document in ManifestStream(text).documents { explain(document, of: file.name, in: &explanation) }
      } catch { explanation.add(error) }
    }
    return explanation
  }

  private func explain(
    _ document: ManifestStream.Document, of file: String, in explanation: inout ManifestExplanation
  ) {
    do throws(YAMLFault) {
      guard let reading = try DocumentReading(document.text) else { return }
      let clusters = ManifestObject(reading).clusters
      if clusters.isEmpty { return }
      for fault in reading.faults { explanation.add(ManifestError(fault, in: document, of: file)) }
      guard reading.faults.isEmpty else { return }
      for cluster in clusters {
        let write = ClusterWrite(cluster.element.asRoot, namespace: namespace, options: options)
        let result = Result { () throws(Refusal) in try write.explanation() }
        let place = (file, document.line + cluster.line - 1)
        explanation.add(ExplainedCluster(cluster, in: place, namespace: namespace, result: result))
      }
    } catch { explanation.add(ManifestError(error, in: document, of: file)) }
  }
}

/// The explanations of all RayClusters in some manifests.
package struct ManifestExplanation: Sendable {
  private var clusters: [ExplainedCluster] = []
  /// All errors, in the order of the files: what cannot be read, and every error of the clusters that are rejected.
  package private(set) var errors: [ManifestError] = []

  /// Whether there is neither a RayCluster nor an error.
  package var isEmpty: Bool { clusters.isEmpty && errors.isEmpty }

  mutating func add(_ error: ManifestError) { errors.append(error) }

  mutating func add(_ cluster: ExplainedCluster) {
    clusters.append(cluster)
    errors += cluster.errors
  }

  /// Returns the explanations as text, without clusters that are rejected.
  package func text(in style: TextStyle) -> String {
    clusters.compactMap { $0.text(in: style) }.joined(separator: "\n\n")
  }

  /// All clusters as a JSON array, including those that are rejected.
  package var json: [UInt8] { JSONWriter.bytes(of: .array(clusters.map(\.value))) }
}

/// A RayCluster of a file, explained or rejected.
struct ExplainedCluster: Sendable {
  private let name: String
  private let namespace: String
  private let file: String
  private let line: Int
  private let place: JSONPointer
  private let result: Result<Explanation, Refusal>

  init(
    _ cluster: ManifestObject, in place: (file: String, line: Int), namespace: String,
    result: Result<Explanation, Refusal>
  ) {
    let prefix = cluster.element.member("metadata")?.member("generateName")?.string
    name = cluster.name ?? prefix.map { "\($0)*" } ?? "without a name"
    self.namespace = cluster.namespace(else: namespace)
    (file, line) = place
    self.place = cluster.place
    self.result = result
  }

  /// The errors for which it is rejected.
  var errors: [ManifestError] {
    guard case .failure(let refusal) = result else { return [] }
    let list = place == .root ? "" : " at \(place)"
    return refusal.faults.map { ManifestError(file: file, line: line, reason: "RayCluster\(list) \($0)") }
  }

  /// Returns the explanation as text; `nil` if the cluster is rejected.
  func text(in style: TextStyle) -> String? {
    guard case .success(let explanation) = result else { return nil }
    let title = "RayCluster \(name) in namespace \(namespace)"
    let place = "\(file == "-" ? "standard input" : file):\(line)"
    return ExplanationText(in: style).text(of: explanation, title: (title, place))
  }

  var value: JSONValue {
    var value = JSONObject()
    value["name"] = .string(name)
    value["namespace"] = .string(namespace)
    value["file"] = .string(file)
    value["line"] = .integer(Int64(line))
    let members =
      switch result {
      case .success(let explanation): explanation.members
      case .failure(let refusal): refusal.members
      }
    for member in members.members { value[member.key] = member.value }
    return .object(value)
  }
}
