/// Whether namespaces say what they mean.
enum NamespaceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let namespaces = seen.namespaces.value, let configuration = seen.configuration.value else { return [] }
    let used = Dictionary(grouping: seen.clusters.value ?? []) { $0.namespace }
    var findings = namespaces.flatMap { contradictions($0) }
    for namespace in namespaces where !seen.isManaged(namespace) && namespace.labels[inject] != "false" {
      if let clusters = used[namespace.name] { findings.append(unlabelled(namespace, clusters)) }
    }
    for name in ["kube-system", seen.system] {
      let labels = namespaces.first { $0.name == name }?.labels ?? ["kubernetes.io/metadata.name": name]
      for entry in configuration.entries where entry.namespaces.matches(labels) {
        findings.append(
          Finding(
            .namespaces, .failure, "namespace \(name)",
            "webhook \(entry.name) is asked about it, and so could hold up its own repair",
            fix: "kubectl label namespace \(name) --overwrite kubernetes.io/metadata.name=\(name) \(inject)=false"))
      }
    }
    let managed = seen.managedNamespaces.map(\.name)
    let list = managed.prefix(5).joined(separator: ", ") + (managed.count > 5 ? " and \(managed.count - 5) more" : "")
    findings.append(
      managed.isEmpty
        ? Finding(
          .namespaces, .warning, "namespaces", "Raymesh is asked about none of those that were looked at",
          fix: "kubectl label namespace NAME istio-injection=enabled, or \(inject)=true for Raymesh alone")
        : Finding(.namespaces, .ok, "namespaces", "Raymesh is asked about \(list)"))
    return findings
  }

  private static let inject = "raymesh.io/inject"
  private static let injection = "istio-injection"
  private static let revision = "istio.io/rev"

  private static func unlabelled(_ namespace: NamespaceState, _ clusters: [ClusterState]) -> Finding {
    let managed = clusters.count(where: \.isManaged)
    let count = "\(clusters.count) RayCluster\(clusters.count == 1 ? "" : "s")"
    let found =
      managed == 0
      ? "has \(count), and no label by which Raymesh would be asked about them"
      : "has \(count), \(managed) of Raymesh's, and no label by which it is asked: what writers drop stays dropped"
    return Finding(
      .namespaces, .warning, "namespace \(namespace.name)", found,
      fix: "kubectl label namespace \(namespace.name) \(injection)=enabled; \(inject)=true for Raymesh alone; "
        + "\(inject)=false to say that it is meant")
  }

  private static func contradictions(_ namespace: NamespaceState) -> [Finding] {
    let labels = namespace.labels
    var findings: [Finding] = []
    func add(_ severity: Severity, _ found: String, fix: String) {
      findings.append(Finding(.namespaces, severity, "namespace \(namespace.name)", found, fix: fix))
    }
    let label = "kubectl label namespace \(namespace.name)"
    if let value = labels[inject], !["true", "false"].contains(value) {
      add(
        .warning, "\(inject) is \"\(value)\", which is neither true nor false",
        fix: "\(label) --overwrite \(inject)=true")
    }
    if let value = labels[injection], !["enabled", "disabled"].contains(value) {
      add(
        .warning, "\(injection) is \"\(value)\", which Istio does not know",
        fix: "\(label) --overwrite \(injection)=enabled")
    }
    if let value = labels[injection], let name = labels[revision] {
      add(
        .warning, "has \(injection)=\(value) and \(revision)=\(name): Istio goes by the first alone",
        fix: "\(label) \(value == "enabled" ? revision : injection)-")
    }
    if labels[inject] == "false", labels[injection] == "enabled" || labels[revision] != nil {
      add(.notice, "is of the mesh, and \(inject)=false keeps Raymesh out", fix: "\(label) \(inject)-")
    }
    if labels[inject] == "true", labels[injection] == "disabled" {
      add(
        .notice, "is of Raymesh by \(inject)=true, and gets no sidecars by \(injection)=disabled",
        fix: "\(label) \(injection)-")
    }
    return findings
  }
}
