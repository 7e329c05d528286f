public import Explain
internal import JSON
internal import RayPlan

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
