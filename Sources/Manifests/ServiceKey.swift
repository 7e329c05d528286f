internal import JSON
internal import Names

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
