internal import JSON
internal import RayMesh
internal import Yams

/// What becomes of one document: RayClusters patched and each followed by its Service, all else as it is.
struct DocumentRendering {
  private let options: PlanOptions
  private let namespace: String
  private(set) var warnings: [String] = []

  /// - Parameter namespace: of clusters whose manifest does not say.
  init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// The text, which without a RayCluster is the document's own to the byte.
  ///
  /// - Throws: `YAMLFault` where the document is no YAML, or a RayCluster in it is refused.
  mutating func text(of document: ManifestStream.Document) throws(YAMLFault) -> String {
    guard let node = try KubernetesYAML.node(of: document.text), node.holdsRayCluster else { return document.text }
    var texts: [String] = []
    for manifest in try manifests(from: node, at: .root) { texts.append(try YAMLWriter.text(of: manifest)) }
    return document.preamble + texts.joined(separator: "---\n") + (document.hasEndMarker ? "...\n" : "")
  }

  /// What stands in the place of a manifest afterwards.
  private mutating func manifests(from manifest: Node, at place: JSONPointer) throws(YAMLFault) -> [Node] {
    if manifest.isRayCluster { return try cluster(manifest, at: place) }
    if let items = manifest.listItems, manifest.holdsRayCluster { return [try list(manifest, of: items, at: place)] }
    return [YAMLWriter.node(of: try YAMLReader.value(of: manifest), like: manifest)]
  }

  /// A list of anything, as one of RayClusters alone could not hold a Service.
  private mutating func list(
    _ list: Node, of items: Node.Sequence, at place: JSONPointer
  ) throws(YAMLFault) -> Node {
    var rendered: [Node] = []
    for (index, item) in items.enumerated() {
      rendered += try manifests(from: item, at: place.appending("items").appending(index))
    }
    var pairs: [(Node, Node)] = []
    for (key, node) in list.mapping ?? [:] {
      switch try YAMLReader.key(key) {
      case "items": pairs.append((key, Node(rendered)))
      case "apiVersion": pairs.append((key, Node("v1")))
      case "kind": pairs.append((key, Node("List")))
      default: pairs.append((key, YAMLWriter.node(of: try YAMLReader.value(of: node), like: node)))
      }
    }
    return Node(pairs)
  }

  private mutating func cluster(_ manifest: Node, at place: JSONPointer) throws(YAMLFault) -> [Node] {
    let value = try YAMLReader.value(of: manifest)
    let rendering: ClusterRendering
    do throws(ClusterFault) {
      rendering = try ClusterRendering(of: value, options: options, namespace: namespace)
    } catch {
      let list = place == .root ? "" : " at \(place)"
      throw YAMLFault(at: manifest, "RayCluster\(list) \(error)")
    }
    warnings += rendering.warnings
    let service = rendering.service.map { [YAMLWriter.node(of: $0)] } ?? []
    return [YAMLWriter.node(of: rendering.cluster, like: manifest)] + service
  }
}

extension Node {
  /// Whether there is a RayCluster in the manifest: it is one, or a list that has one.
  fileprivate var holdsRayCluster: Bool { isRayCluster || listItems?.contains { $0.holdsRayCluster } ?? false }

  fileprivate var isRayCluster: Bool {
    RayCluster.describes(kind: mapping?["kind"]?.string, apiVersion: mapping?["apiVersion"]?.string)
  }

  /// What a `List`, or a list of one kind such as `RayClusterList`, holds.
  fileprivate var listItems: Node.Sequence? {
    mapping?["kind"]?.string?.hasSuffix("List") == true ? mapping?["items"]?.sequence : nil
  }
}
