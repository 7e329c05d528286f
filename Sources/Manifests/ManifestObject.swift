internal import JSON
internal import Names
internal import RayPlan

/// A Kubernetes object in a document: at its root, or an item of a list.
struct ManifestObject {
  /// The object, parsed.
  let element: JSONElement
  /// The object as it is written; `nil` if the document is JSON.
  let node: YAMLNode?
  /// The place of the object in its document.
  let place: JSONPointer
  /// What `kubectl` adds to an item of a list of one kind, such as `RayClusterList`, if the item does not name its kind.
  private let added: (kind: String, apiVersion: JSONValue?)?

  private init(
    _ element: JSONElement, _ node: YAMLNode?, at place: JSONPointer,
    adding added: (kind: String, apiVersion: JSONValue?)? = nil
  ) {
    (self.element, self.node, self.place, self.added) = (element, node, place, added)
  }

  /// The object at the root of a document.
  init(_ reading: DocumentReading) { self.init(reading.root, reading.node, at: .root) }

  /// The line of the document where the object begins, from 1.
  var line: Int { node?.line ?? 1 }

  /// The name of the object; `nil` if it has none.
  var name: String? { element.member("metadata")?.member("name")?.string }

  /// The namespace of the object.
  ///
  /// - Parameter namespace: the namespace of an object without one in its manifest.
  func namespace(else namespace: String) -> String {
    let stated = element.member("metadata")?.member("namespace")?.string ?? ""
    return stated.isEmpty ? namespace : stated
  }

  /// The object as a value, with what `kubectl` adds.
  var value: JSONValue {
    let value = JSONValue(element)
    guard let added, case .object(var object) = value else { return value }
    object["apiVersion"] = added.apiVersion
    object["kind"] = .string(added.kind)
    return .object(object)
  }

  private var kind: String? { added?.kind ?? element.member("kind")?.string }

  private var apiVersion: JSONValue? {
    if let added { return added.apiVersion }
    return element.member("apiVersion").map { JSONValue($0) }
  }
}

extension ManifestObject {
  /// The items of a `List`, or of a list of one kind such as `RayClusterList`; `nil` if the object is not a list.
  ///
  /// In a list of one kind, an item need not name its kind: `kubectl` adds it (apimachinery,
  /// `unstructuredJSONScheme.decodeToList`).
  var items: [ManifestObject]? {
    guard let kind, kind.hasSuffix("List"), let items = element.member("items")?.elements else { return nil }
    let nodes = node?.member("items")?.elements ?? []
    let added = kind == "List" ? nil : (kind: String(kind.dropLast("List".count)), apiVersion: apiVersion)
    return items.enumerated().map { index, item in
      let isNamed = item.kind != .object || item.member("kind")?.string ?? "" != ""
      return ManifestObject(
        item, index < nodes.count ? nodes[index] : nil, at: place.appending("items").appending(index),
        adding: isNamed ? nil : added)
    }
  }

  /// Whether the object is a RayCluster.
  var isRayCluster: Bool { RayCluster.describes(kind: kind, apiVersion: apiVersion?.string) }

  /// Whether the object is a RayCluster, or a list that contains one.
  var holdsRayCluster: Bool { isRayCluster || items?.contains { $0.holdsRayCluster } ?? false }

  /// The RayClusters in the object, in their order.
  var clusters: [ManifestObject] { isRayCluster ? [self] : (items ?? []).flatMap(\.clusters) }

  /// The key of the Service that the object is; `nil` if it is not a Service.
  ///
  /// - Parameter namespace: the namespace of an object without one in its manifest.
  func serviceKey(in namespace: String) -> ServiceKey? {
    guard kind == "Service", apiVersion?.string == "v1", let name else { return nil }
    return ServiceKey(namespace: self.namespace(else: namespace), name: name)
  }

  /// The keys of all Services in the object.
  func services(in namespace: String) -> Set<ServiceKey> {
    if let key = serviceKey(in: namespace) { return [key] }
    return (items ?? []).reduce(into: []) { $0.formUnion($1.services(in: namespace)) }
  }

  /// Whether Raymesh owns the Service, or may adopt it, as for the controller.
  var isOurService: Bool {
    let metadata = element.member("metadata")
    return metadata?.member("labels")?.member(Label.managedBy)?.isString(WellKnown.program) ?? false
      || metadata?.member("annotations")?.member(Annotation.adopt)?.isString("true") ?? false
  }
}

/// The namespace and the name of a Service.
struct ServiceKey: Hashable {
  let namespace: String
  let name: String
}
