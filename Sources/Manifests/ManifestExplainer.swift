internal import Admission
public import Explain
internal import JSON
public import RayPlan

/// Explains every RayCluster of manifests, as the webhook would see it created; all else is passed over.
public struct ManifestExplainer {
  private let options: PlanOptions
  private let namespace: String

  /// - Parameter namespace: of clusters whose manifest does not say.
  public init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// Explains files, one after the other. What is refused, or cannot be read, keeps nothing else from being explained.
  public func explain(_ files: [ManifestRenderer.File]) -> ManifestExplanation {
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
      guard let reading = try DocumentReading(document.text), reading.value.holdsRayCluster else { return }
      guard reading.faults.isEmpty else { return explanation.add(reading.faults, of: document, in: file) }
      for found in FoundCluster.all(in: reading.value, like: reading.node) {
        let result = try found.explanation(options, namespace: namespace)
        let place = (file, document.line + found.line - 1)
        explanation.add(ExplainedCluster(found, in: place, namespace: namespace, result: result))
      }
    } catch { explanation.add([error], of: document, in: file) }
  }
}

extension ManifestExplanation {
  fileprivate mutating func add(_ faults: [YAMLFault], of document: ManifestStream.Document, in file: String) {
    for fault in faults {
      add(ManifestError(file: file, line: document.line + fault.line - 1, reason: fault.reason))
    }
  }
}

/// A RayCluster in a document.
struct FoundCluster {
  /// The cluster.
  let manifest: JSONValue
  /// Where it stands in its document: at the root, or in a list.
  let place: JSONPointer
  /// The line of the document that it begins at, from 1.
  let line: Int

  /// Every RayCluster of a manifest, in its order.
  ///
  /// - Parameter model: how the manifest is written, where it is YAML.
  static func all(in manifest: JSONValue, like model: YAMLNode?, at place: JSONPointer = .root) -> [FoundCluster] {
    if manifest.isRayCluster { return [FoundCluster(manifest: manifest, place: place, line: model?.line ?? 1)] }
    let models = model?.member("items")?.elements ?? []
    return (manifest.listItems ?? []).enumerated().flatMap { index, item in
      all(in: item, like: index < models.count ? models[index] : nil, at: place.appending("items").appending(index))
    }
  }

  /// What Raymesh would make of it.
  ///
  /// - Throws: `YAMLFault` where the cluster is nested deeper than JSON is read.
  func explanation(_ options: PlanOptions, namespace: String) throws(YAMLFault) -> Result<Explanation, Refusal> {
    let document: JSONDocument
    do throws(JSONSyntaxError) { document = try JSONDocument(JSONWriter.bytes(of: manifest)) } catch {
      throw YAMLFault(line: line, error.description)
    }
    let write = ClusterWrite(document.root, namespace: namespace, options: options)
    return Result { () throws(Refusal) in try write.explanation() }
  }
}

/// What there is to say about every RayCluster of some manifests.
public struct ManifestExplanation: Sendable {
  private var clusters: [ExplainedCluster] = []
  /// Everything that is wrong, in the order of the files: what cannot be read, and every fault of the clusters that are
  /// refused.
  public private(set) var errors: [ManifestError] = []

  /// Whether there is nothing to say, as there is no RayCluster.
  public var isEmpty: Bool { clusters.isEmpty && errors.isEmpty }

  mutating func add(_ error: ManifestError) { errors.append(error) }

  mutating func add(_ cluster: ExplainedCluster) {
    clusters.append(cluster)
    errors += cluster.errors
  }

  /// The clusters that are not refused, as text for people.
  public func text(in style: TextStyle) -> String {
    clusters.compactMap { $0.text(in: style) }.joined(separator: "\n\n")
  }

  /// All clusters as a JSON array, those that are refused too.
  public var json: [UInt8] { JSONWriter.bytes(of: .array(clusters.map(\.value))) }
}

/// A RayCluster of a file, explained or refused.
struct ExplainedCluster: Sendable {
  private let name: String
  private let namespace: String
  private let file: String
  private let line: Int
  private let place: JSONPointer
  private let result: Result<Explanation, Refusal>

  init(
    _ found: FoundCluster, in place: (file: String, line: Int), namespace: String, result: Result<Explanation, Refusal>
  ) {
    let metadata = found.manifest["metadata"]
    name = metadata?["name"]?.string ?? metadata?["generateName"]?.string.map { "\($0)*" } ?? "without a name"
    let stated = metadata?["namespace"]?.string ?? ""
    self.namespace = stated.isEmpty ? namespace : stated
    (file, line) = place
    self.place = found.place
    self.result = result
  }

  /// The faults for which it is refused.
  var errors: [ManifestError] {
    guard case .failure(let refusal) = result else { return [] }
    let list = place == .root ? "" : " at \(place)"
    return refusal.faults.map { ManifestError(file: file, line: line, reason: "RayCluster\(list) \($0)") }
  }

  /// The explanation, `nil` where the cluster is refused.
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
