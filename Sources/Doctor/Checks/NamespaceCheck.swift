internal import Names

/// Checks that the labels of namespaces are set and do not contradict each other.
enum NamespaceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    let missing = seen.missing.map { Finding(.namespaces, .warning, "namespace \($0)", "not found") }
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
        .namespaces, .warning, "namespaces", "Raymesh manages none of the examined namespaces",
        fix: "kubectl label namespace NAME istio-injection=enabled, or \(inject)=true for Raymesh only")
    }
    let list = managed.prefix(5).joined(separator: ", ") + (managed.count > 5 ? " and \(managed.count - 5) more" : "")
    return Finding(.namespaces, .ok, "namespaces", "Raymesh manages \(list)")
  }

  /// Reports webhooks that match a namespace on which their own recovery depends.
  private static func intrusions(
    _ name: String, _ labels: [String: String]?, _ configuration: WebhookConfiguration
  ) -> [Finding] {
    let labels = labels ?? [Label.namespaceName: name]
    return configuration.entries.filter { $0.namespaces.matches(labels) }.map { entry in
      Finding(
        .namespaces, .failure, "namespace \(name)",
        "webhook \(entry.name) matches it, and could block its own recovery",
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
      ? "has \(count), but no label that enables Raymesh"
      : "has \(count), \(managed) managed by Raymesh, but no label that enables it: dropped fields are not restored"
    return Finding(
      .namespaces, .warning, "namespace \(namespace.name)", found,
      fix: "kubectl label namespace \(namespace.name) \(injection)=enabled; \(inject)=true for Raymesh only; "
        + "\(inject)=false if this is intended")
  }

  private static func contradictions(_ namespace: NamespaceState) -> [Finding] {
    let label = "kubectl label namespace \(namespace.name)"
    return (unknown(namespace.labels, label) + opposed(namespace.labels, label)).map { severity, found, fix in
      Finding(.namespaces, severity, "namespace \(namespace.name)", found, fix: fix)
    }
  }

  private typealias Contradiction = (severity: Severity, found: String, fix: String)

  /// Reports label values without a meaning.
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
          .warning, "\(injection) is \"\(value)\", which Istio does not recognize",
          "\(label) --overwrite \(injection)=enabled"
        ))
    }
    return found
  }

  /// Reports labels that contradict each other.
  private static func opposed(_ labels: [String: String], _ label: String) -> [Contradiction] {
    var found: [Contradiction] = []
    if let value = labels[injection], let name = labels[revision] {
      found.append(
        (
          .warning, "has \(injection)=\(value) and \(revision)=\(name): Istio uses only the first",
          "\(label) \(value == "enabled" ? revision : injection)-"
        ))
    }
    if labels[inject] == "false", labels[injection] == "enabled" || labels[revision] != nil {
      found.append((.notice, "is in the mesh, but \(inject)=false excludes it from Raymesh", "\(label) \(inject)-"))
    }
    if labels[inject] == "true", labels[injection] == "disabled" {
      found.append(
        (
          .notice, "\(inject)=true enables Raymesh, but \(injection)=disabled prevents sidecars",
          "\(label) \(injection)-"
        ))
    }
    return found
  }
}
