internal import Admission
internal import JSON
internal import Names
internal import RayPlan

/// What becomes of one document: RayClusters patched and each followed by its Service, Services that others take the place
/// of left out, all else as it is.
struct DocumentRendering {
  private let options: PlanOptions
  private let namespace: String
  private let replaced: Set<ServiceKey>
  /// What the user should know though nothing is wrong.
  private(set) var warnings: [String] = []
  /// The Services that it has got; a cluster that is left alone gets none.
  private(set) var services: Set<ServiceKey> = []
  /// The Services that it had.
  private(set) var found: Set<ServiceKey> = []
  private var hasChanged = false
  /// Why the text must not be used.
  private(set) var faults: [YAMLFault] = []

  /// - Parameters:
  ///   - namespace: of objects whose manifest does not say.
  ///   - replaced: Services to leave out, as they follow their clusters.
  init(options: PlanOptions, namespace: String, replacing replaced: Set<ServiceKey>) {
    self.options = options
    self.namespace = namespace
    self.replaced = replaced
  }

  /// The text, which without anything to change is the document's own to the byte; `nil` where nothing is left of it.
  mutating func text(of document: ManifestStream.Document) -> String? {
    do throws(YAMLFault) {
      guard let reading = try DocumentReading(document.text) else { return document.text }
      found = reading.value.services(in: namespace)
      guard reading.value.holdsRayCluster || !found.isDisjoint(with: replaced) else { return document.text }
      guard reading.faults.isEmpty else {
        faults += reading.faults
        return ""
      }
      let drafts = drafts(from: reading.value, like: reading.node, at: .root)
      guard hasChanged else { return document.text }
      guard !drafts.isEmpty else { return nil }
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
    if let key = manifest.serviceKey(in: namespace), replaced.contains(key) {
      leaveOut(manifest, key, like: model)
      return []
    }
    guard case .object(let list) = manifest, let items = manifest.listItems,
      manifest.holdsRayCluster || !manifest.services(in: namespace).isDisjoint(with: replaced)
    else {
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
      hasChanged = true
      if let key = service.serviceKey(in: namespace) { services.insert(key) }
      return [cluster, YAMLWriter.draft(of: service)]
    } catch {
      let name = place == .root ? "RayCluster" : "RayCluster at \(place)"
      faults += error.reasons.map { YAMLFault(line: model?.line ?? 1, "\(name) \($0)") }
      return []
    }
  }
}

extension DocumentRendering {
  /// Makes way for the Service that follows its cluster, but for no other.
  private mutating func leaveOut(_ manifest: JSONValue, _ key: ServiceKey, like model: YAMLNode?) {
    hasChanged = true
    guard !manifest.isOurService else { return }
    faults.append(
      YAMLFault(
        line: model?.line ?? 1,
        "Service \(key.namespace)/\(key.name): found one that Raymesh does not own, expected none of that name beside "
          + "its RayCluster, or the annotation raymesh.io/adopt: \"true\""))
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

/// A Service by its place in a cluster.
struct ServiceKey: Hashable {
  let namespace: String
  let name: String
}

extension JSONValue {
  /// Where the manifest's Service will be, if it is one.
  ///
  /// - Parameter namespace: where the manifest does not say.
  func serviceKey(in namespace: String) -> ServiceKey? {
    guard self["kind"]?.string == "Service", self["apiVersion"]?.string == "v1",
      let name = self["metadata"]?["name"]?.string
    else { return nil }
    let stated = self["metadata"]?["namespace"]?.string ?? ""
    return ServiceKey(namespace: stated.isEmpty ? namespace : stated, name: name)
  }

  /// The Services in the manifest: it is one, or a list that has some.
  func services(in namespace: String) -> Set<ServiceKey> {
    if let key = serviceKey(in: namespace) { return [key] }
    return (listItems ?? []).reduce(into: []) { $0.formUnion($1.services(in: namespace)) }
  }

  /// Whether the Service is one that Raymesh has made, or is handed over to it, as the controller has it.
  var isOurService: Bool {
    self["metadata"]?["labels"]?[Label.managedBy]?.string == WellKnown.program
      || self["metadata"]?["annotations"]?[Annotation.adopt]?.string == "true"
  }
}
