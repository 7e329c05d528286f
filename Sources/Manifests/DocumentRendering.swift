internal import Admission
internal import JSON
internal import RayPlan

/// Renders one document: patches each RayCluster and adds its Service, leaves out Services that these replace, and copies
/// everything else.
///
/// It plans all clusters first. The text comes later, when the Services of all documents are known.
struct DocumentRendering {
  private let document: ManifestStream.Document
  private let namespace: String
  /// How the document is read; `nil` if it contains neither a RayCluster nor a Service.
  private let reading: DocumentReading?
  private var clusters: [JSONPointer: ClusterRendering] = [:]
  /// The Services in the document.
  private(set) var found: Set<ServiceKey> = []
  /// The Services of its RayClusters. A cluster that stays unchanged has none.
  private(set) var services: Set<ServiceKey> = []
  /// The warnings for the user.
  private(set) var warnings: [String] = []
  /// The errors of its RayClusters.
  private(set) var faults: [YAMLFault] = []

  /// Reads a document and plans its RayClusters.
  ///
  /// - Parameter namespace: the namespace of objects without one in their manifest.
  /// - Throws: `YAMLFault` if the document is not YAML.
  init(of document: ManifestStream.Document, options: PlanOptions, namespace: String) throws(YAMLFault) {
    (self.document, self.namespace) = (document, namespace)
    guard let reading = try DocumentReading(document.text) else {
      self.reading = nil
      return
    }
    let object = ManifestObject(reading)
    found = object.services(in: namespace)
    let all = object.clusters
    self.reading = all.isEmpty && found.isEmpty ? nil : reading
    guard !all.isEmpty else { return }
    faults = reading.faults
    if faults.isEmpty { for cluster in all { plan(cluster, options) } }
  }

  private mutating func plan(_ cluster: ManifestObject, _ options: PlanOptions) {
    do throws(ClusterRefusal) {
      let rendering = try ClusterRendering(of: cluster, options: options, namespace: namespace)
      clusters[cluster.place] = rendering
      warnings += rendering.warnings
      if let key = rendering.serviceKey(in: namespace) { services.insert(key) }
    } catch {
      let name = cluster.place == .root ? "RayCluster" : "RayCluster at \(cluster.place)"
      faults += error.reasons.map { YAMLFault(line: cluster.line, "\(name) \($0)") }
    }
  }

  /// Returns the text. If nothing changes, it is the document's own, byte for byte; `nil` if nothing is left of it.
  ///
  /// - Parameter replaced: the Services to leave out, because they follow their RayClusters.
  /// - Throws: `YAMLFaults` if such a Service is not owned by Raymesh, or the document cannot be written.
  func text(replacing replaced: Set<ServiceKey>) throws(YAMLFaults) -> String? {
    guard let reading, !clusters.isEmpty || !found.isDisjoint(with: replaced) else { return document.text }
    guard reading.faults.isEmpty else { throw YAMLFaults(all: reading.faults) }
    var draft = DocumentDraft(clusters: clusters, replaced: replaced, namespace: namespace)
    let drafts = draft.drafts(of: ManifestObject(reading))
    guard draft.faults.isEmpty else { throw YAMLFaults(all: draft.faults) }
    guard draft.hasChanged else { return document.text }
    guard !drafts.isEmpty else { return nil }
    do throws(YAMLFault) {
      var texts: [String] = []
      for draft in drafts { texts.append(try YAMLEmitter.text(of: draft)) }
      return document.opening + texts.joined(separator: "---\n") + document.closing
    } catch { throw YAMLFaults(all: [error]) }
  }
}

/// Several errors in one document.
struct YAMLFaults: Error {
  let all: [YAMLFault]
}

/// Drafts the objects that a document has after rendering.
private struct DocumentDraft {
  let clusters: [JSONPointer: ClusterRendering]
  let replaced: Set<ServiceKey>
  let namespace: String
  /// Whether the drafts differ from the document.
  var hasChanged = false
  var faults: [YAMLFault] = []

  /// Drafts what takes the place of an object.
  mutating func drafts(of object: ManifestObject) -> [YAMLDraft] {
    if let rendering = clusters[object.place] {
      let cluster = YAMLWriter.draft(of: rendering.cluster, like: object.node)
      guard let service = rendering.service else { return [cluster] }
      hasChanged = true
      return [cluster, YAMLWriter.draft(of: service)]
    }
    if let key = object.serviceKey(in: namespace), replaced.contains(key) {
      leaveOut(object, key)
      return []
    }
    guard case .object(var list) = object.value, let items = object.items,
      object.holdsRayCluster || !object.services(in: namespace).isDisjoint(with: replaced)
    else { return [YAMLWriter.draft(of: object.value, like: object.node)] }
    // A list of RayClusters only could not contain a Service.
    list["apiVersion"] = "v1"
    list["kind"] = "List"
    let drafts = items.flatMap { self.drafts(of: $0) }
    return [YAMLWriter.mapping(of: list, like: object.node, with: ("items", .sequence(drafts)))]
  }

  /// Leaves out a Service that follows its RayCluster, if Raymesh owns it.
  private mutating func leaveOut(_ service: ManifestObject, _ key: ServiceKey) {
    hasChanged = true
    guard !service.isOurService else { return }
    faults.append(
      YAMLFault(
        line: service.line,
        "Service \(key.namespace)/\(key.name): found one that Raymesh does not own, expected none of that name beside "
          + "its RayCluster, or the annotation raymesh.io/adopt: \"true\""))
  }
}

/// A RayCluster as the webhook would patch it, and its Service.
struct ClusterRendering: Sendable {
  /// The patched cluster.
  let cluster: JSONValue
  /// Its headless Service; `nil` if the webhook would leave the cluster unchanged.
  let service: JSONValue?
  /// The warnings for the user.
  let warnings: [String]

  /// Renders a RayCluster.
  ///
  /// - Parameter namespace: the namespace of a cluster without one in its manifest.
  /// - Throws: `ClusterRefusal` if the cluster cannot be read, has no name yet, or is rejected.
  init(of object: ManifestObject, options: PlanOptions, namespace: String) throws(ClusterRefusal) {
    do {
      let (answer, plan) = ClusterWrite(object.element.asRoot, namespace: namespace, options: options).decision()
      switch answer {
      case .deny(let refusal): throw refusal
      case .allow(let notices): (cluster, warnings) = (object.value, notices.warnings)
      case .patch(let patch, let notices):
        (cluster, warnings) = (try patch.applied(to: object.value), notices.warnings)
      }
      service = try plan.map { try HeadlessService(for: $0).object }
    } catch let error as Refusal {
      throw ClusterRefusal(reasons: error.faults.map(\.description))
    } catch { throw ClusterRefusal(reasons: ["\(error)"]) }
  }

  /// The key of its Service.
  ///
  /// - Parameter namespace: the namespace of a Service without one.
  fileprivate func serviceKey(in namespace: String) -> ServiceKey? {
    guard let metadata = service?["metadata"], let name = metadata["name"]?.string else { return nil }
    return ServiceKey(namespace: metadata["namespace"]?.string ?? namespace, name: name)
  }
}

/// The reason why a RayCluster is not rendered.
struct ClusterRefusal: Error, Hashable, Sendable {
  /// The errors, at least one. Each is a line with the place in the RayCluster, the value found and the value expected.
  let reasons: [String]
}
