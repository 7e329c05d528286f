internal import JSON
internal import RayMesh

/// What becomes of one document: RayClusters patched and each followed by its Service, all else as it is.
struct DocumentRendering {
  private let options: PlanOptions
  private let namespace: String
  /// What the user should know though nothing is wrong.
  private(set) var warnings: [String] = []
  /// Whether any cluster has got a Service; the others are left alone.
  private var hasService = false
  /// Why the text must not be used.
  private(set) var faults: [YAMLFault] = []

  /// - Parameter namespace: of clusters whose manifest does not say.
  init(options: PlanOptions, namespace: String) {
    self.options = options
    self.namespace = namespace
  }

  /// The text, which without a RayCluster, or with one that the webhook leaves alone, is the document's own to the byte.
  mutating func text(of document: ManifestStream.Document) -> String {
    do throws(YAMLFault) {
      guard let reading = try DocumentReading(document.text), reading.value.holdsRayCluster else {
        return document.text
      }
      guard reading.faults.isEmpty else {
        faults += reading.faults
        return ""
      }
      let drafts = drafts(from: reading.value, like: reading.node, at: .root)
      guard hasService else { return document.text }
      var texts: [String] = []
      for draft in drafts { texts.append(try YAMLEmitter.text(of: draft)) }
      return document.opening + texts.joined(separator: "---\n") + document.closing
    } catch {
      faults.append(error)
      return ""
    }
  }

  /// What stands in the place of a manifest afterwards.
  private mutating func drafts(from manifest: JSONValue, like model: YAMLNode?, at place: JSONPointer) -> [YAMLDraft] {
    if manifest.isRayCluster { return cluster(manifest, like: model, at: place) }
    guard case .object(let list) = manifest, let items = manifest.listItems, manifest.holdsRayCluster else {
      return [YAMLWriter.draft(of: manifest, like: model)]
    }
    let models = model?.member("items")?.elements ?? []
    var drafts: [YAMLDraft] = []
    for (index, item) in items.enumerated() {
      let model = index < models.count ? models[index] : nil
      drafts += self.drafts(from: item, like: model, at: place.appending("items").appending(index))
    }
    return [DocumentRendering.list(list, like: model, of: drafts)]
  }

  /// A list of anything, as one of RayClusters alone could not hold a Service.
  private static func list(_ list: JSONObject, like model: YAMLNode?, of items: [YAMLDraft]) -> YAMLDraft {
    var list = list
    list["apiVersion"] = "v1"
    list["kind"] = "List"
    return YAMLWriter.mapping(of: list, like: model, with: ("items", .sequence(items)))
  }

  private mutating func cluster(_ manifest: JSONValue, like model: YAMLNode?, at place: JSONPointer) -> [YAMLDraft] {
    do throws(ClusterRefusal) {
      let rendering = try ClusterRendering(of: manifest, options: options, namespace: namespace)
      warnings += rendering.warnings
      let cluster = YAMLWriter.draft(of: rendering.cluster, like: model)
      guard let service = rendering.service else { return [cluster] }
      hasService = true
      return [cluster, YAMLWriter.draft(of: service)]
    } catch {
      let name = place == .root ? "RayCluster" : "RayCluster at \(place)"
      faults += error.reasons.map { YAMLFault(line: model?.line ?? 1, "\(name) \($0)") }
      return []
    }
  }
}

extension JSONValue {
  /// Whether there is a RayCluster in the manifest: it is one, or a list that has one.
  var holdsRayCluster: Bool { isRayCluster || listItems?.contains { $0.holdsRayCluster } ?? false }

  var isRayCluster: Bool {
    RayCluster.describes(kind: self["kind"]?.string, apiVersion: self["apiVersion"]?.string)
  }

  /// What a `List`, or a list of one kind such as `RayClusterList`, holds. In the latter an item need not say what it
  /// is, and `kubectl` says it in its place (apimachinery, `unstructuredJSONScheme.decodeToList`).
  var listItems: [JSONValue]? {
    guard let kind = self["kind"]?.string, kind.hasSuffix("List"), case .array(let items) = self["items"] else {
      return nil
    }
    return items.map { item in
      guard case .object(var object) = item, kind != "List", object["kind"]?.string ?? "" == "" else { return item }
      object["apiVersion"] = self["apiVersion"]
      object["kind"] = .string(String(kind.dropLast("List".count)))
      return .object(object)
    }
  }
}
