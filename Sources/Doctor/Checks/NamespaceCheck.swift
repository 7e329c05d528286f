internal import Names

/// Whether namespaces say what they mean.
enum NamespaceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    let missing = seen.missing.map { Finding(.namespaces, .warning, "namespace \($0)", "there is none") }
    guard let namespaces = seen.namespaces.value, let configuration = seen.configuration.value else { return missing }
    let used = Dictionary(grouping: seen.clusters.value ?? []) { $0.namespace }
    var findings = missing + namespaces.flatMap { contradictions($0) }
    for namespace in namespaces where !seen.isManaged(namespace) && namespace.labels[inject] != "false" {
      if let clusters = used[namespace.name] { findings.append(unlabelled(namespace, clusters)) }
    }
    for name in ["kube-system", seen.system] {
      findings += intrusions(name, namespaces.first { $0.name == name }?.labels, configuration)
    }
    return findings + [summary(seen.managedNamespaces.map(\.name))]
  }

  private static func summary(_ managed: [String]) -> Finding {
    guard !managed.isEmpty else {
      return Finding(
        .namespaces, .warning, "namespaces", "Raymesh is asked about none of those that were looked at",
        fix: "kubectl label namespace NAME istio-injection=enabled, or \(inject)=true for Raymesh alone")
    }
    let list = managed.prefix(5).joined(separator: ", ") + (managed.count > 5 ? " and \(managed.count - 5) more" : "")
    return Finding(.namespaces, .ok, "namespaces", "Raymesh is asked about \(list)")
  }

  /// Webhooks that are asked about a namespace on which their own repair depends.
  private static func intrusions(
    _ name: String, _ labels: [String: String]?, _ configuration: WebhookConfiguration
  ) -> [Finding] {
    let labels = labels ?? [Label.namespaceName: name]
    return configuration.entries.filter { $0.namespaces.matches(labels) }.map { entry in
      Finding(
        .namespaces, .failure, "namespace \(name)",
        "webhook \(entry.name) is asked about it, and so could hold up its own repair",
        fix: "kubectl label namespace \(name) --overwrite kubernetes.io/metadata.name=\(name) \(inject)=false")
    }
  }

  private static let inject: String = Label.inject
  private static let injection: String = Label.istioInjection
  private static let revision: String = Label.istioRevision

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
    let label = "kubectl label namespace \(namespace.name)"
    return (unknown(namespace.labels, label) + opposed(namespace.labels, label)).map { severity, found, fix in
      Finding(.namespaces, severity, "namespace \(namespace.name)", found, fix: fix)
    }
  }

  private typealias Contradiction = (severity: Severity, found: String, fix: String)

  /// Values that nobody goes by.
  private static func unknown(_ labels: [String: String], _ label: String) -> [Contradiction] {
    var found: [Contradiction] = []
    if let value = labels[inject], !["true", "false"].contains(value) {
      found.append(
        (
          .warning, "\(inject) is \"\(value)\", which is neither true nor false",
          "\(label) --overwrite \(inject)=true"
        ))
    }
    if let value = labels[injection], !["enabled", "disabled"].contains(value) {
      found.append(
        (
          .warning, "\(injection) is \"\(value)\", which Istio does not know",
          "\(label) --overwrite \(injection)=enabled"
        ))
    }
    return found
  }

  /// Labels of which one says yes, and another no.
  private static func opposed(_ labels: [String: String], _ label: String) -> [Contradiction] {
    var found: [Contradiction] = []
    if let value = labels[injection], let name = labels[revision] {
      found.append(
        (
          .warning, "has \(injection)=\(value) and \(revision)=\(name): Istio goes by the first alone",
          "\(label) \(value == "enabled" ? revision : injection)-"
        ))
    }
    if labels[inject] == "false", labels[injection] == "enabled" || labels[revision] != nil {
      found.append((.notice, "is of the mesh, and \(inject)=false keeps Raymesh out", "\(label) \(inject)-"))
    }
    if labels[inject] == "true", labels[injection] == "disabled" {
      found.append(
        (
          .notice, "is of Raymesh by \(inject)=true, and gets no sidecars by \(injection)=disabled",
          "\(label) \(injection)-"
        ))
    }
    return found
  }
}
