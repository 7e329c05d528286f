internal import Names

/// Checks that Ray and KubeRay can reach their pods under strict mutual TLS.
enum StrictTLSCheck {
  /// The namespace whose PeerAuthentications apply to the whole mesh (Istio's `rootNamespace`, by default).
  static let root = "istio-system"
  /// From this version on, the kubelet starts sidecars before the other init containers.
  static let nativeSidecars = KubernetesVersion(minor: 29)

  static func findings(_ seen: Observation) -> [Finding] {
    guard let all = seen.authentications.value else {
      guard case .absent = seen.authentications else { return [] }
      return [
        Finding(
          .strictTLS, .notice, "PeerAuthentications", "the API server does not serve them: Istio is not installed")
      ]
    }
    let heads = seen.managedNamespaces.filter { isStrict($0.name, all, seen) }
    let namespaces = seen.managedNamespaces.filter {
      isStrict($0.name, all, seen) || isStrict($0.name, port: dashboard, all, seen)
    }
    guard !namespaces.isEmpty else {
      let found = "none is strict in the \(seen.managedNamespaces.count) namespaces that Raymesh manages"
      return [Finding(.strictTLS, .ok, "PeerAuthentications", found)]
    }
    let findings =
      heads.compactMap { initContainers(in: $0.name, seen) }
      + namespaces.compactMap { operatorCalls(to: $0.name, all, seen) }
    let names = namespaces.map(\.name).joined(separator: ", ")
    return findings.isEmpty
      ? [Finding(.strictTLS, .ok, "PeerAuthentications", "strict in \(names), and nothing is blocked")] : findings
  }

  /// Returns the mode of the namespace, otherwise of the mesh; of several the oldest counts (Istio, "PeerAuthentication").
  static func mode(in namespace: String, _ all: [PeerAuthentication]) -> String {
    for place in [namespace, root] {
      let own = all.filter { $0.namespace == place && $0.selector.isEmpty }
      if let first = own.min(by: { ($0.created, $0.name) < ($1.created, $1.name) }), let mode = first.mode {
        return mode
      }
    }
    return "PERMISSIVE"
  }

  /// Whether a head in the namespace is strict, on one port if it is given.
  private static func isStrict(
    _ namespace: String, port: Int? = nil, _ all: [PeerAuthentication], _ seen: Observation
  ) -> Bool {
    heads(in: namespace, seen).contains { labels in
      // One with a selector comes before the namespace's own, and only it can have ports (Istio, "PeerAuthentication").
      let first = all.filter { $0.namespace == namespace && !$0.selector.isEmpty && $0.selector.matches(labels) }
        .min { ($0.created, $0.name) < ($1.created, $1.name) }
      return port.flatMap { first?.ports[$0] } ?? first?.mode ?? mode(in: namespace, all) == "STRICT"
    }
  }

  /// Returns the labels of a namespace's heads, or those that KubeRay would set if there is no head yet.
  private static func heads(in namespace: String, _ seen: Observation) -> [[String: String]] {
    let type = [Label<String>.nodeType: "head"]
    let pods = (seen.pods.value ?? []).filter { $0.namespace == namespace && $0.labels[Label.nodeType] == "head" }
    let clusters = (seen.clusters.value ?? []).filter { $0.namespace == namespace }
    if !pods.isEmpty { return pods.map(\.labels) }
    return clusters.isEmpty ? [type] : clusters.map { type.merging([Label.cluster: $0.name]) { first, _ in first } }
  }

  /// Reports KubeRay's init container, which has no proxy unless that runs as a native sidecar.
  private static func initContainers(in namespace: String, _ seen: Observation) -> Finding? {
    let adding = (seen.operators.value ?? []).filter(\.addsInitContainer)
    guard let first = adding.first else { return nil }
    let sidecars = Set((seen.pods.value ?? []).filter { $0.namespace == namespace }.map(\.sidecar))
    if sidecars.contains(.native), !sidecars.contains(.classic) { return nil }
    let isOld = seen.version.value.map { $0 < nativeSidecars } ?? false
    let isCertain = sidecars.contains(.classic) || isOld
    let found =
      isCertain
      ? "is strict with classic sidecars: KubeRay's init container waits for the head without a sidecar, so workers hang"
      : "is strict: KubeRay's init container hangs if sidecars are not native, and there is no pod to check"
    return Finding(
      .strictTLS, isCertain ? .failure : .notice, "namespace \(namespace)", found,
      fix:
        "set ENABLE_INIT_CONTAINER_INJECTION=false in the env of Deployment kuberay-operator in namespace \(first.namespace); "
        + "or use native sidecars: Kubernetes 1.29 or later, and ENABLE_NATIVE_SIDECARS=true for istiod")
  }

  /// Reports an operator that cannot call the head's dashboard, which RayJobs and RayServices need.
  private static func operatorCalls(to namespace: String, _ all: [PeerAuthentication], _ seen: Observation) -> Finding?
  {
    guard let outside = (seen.operators.value ?? []).first(where: { $0.sidecar == .none }) else { return nil }
    guard isStrict(namespace, port: dashboard, all, seen) else { return nil }
    return Finding(
      .strictTLS, .warning, "namespace \(namespace)",
      "is strict, but the KubeRay operator is outside the mesh: it cannot reach dashboards, so RayJobs and RayServices wait",
      fix: "kubectl label namespace \(outside.namespace) istio-injection=enabled, and restart the operator; or a "
        + "PeerAuthentication for ray.io/node-type=head with portLevelMtls 8265 PERMISSIVE")
  }

  private static let dashboard = 8265
}
