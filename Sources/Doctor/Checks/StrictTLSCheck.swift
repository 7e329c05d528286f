internal import Names

/// Whether strict mutual TLS leaves Ray and KubeRay a way to their pods.
enum StrictTLSCheck {
  /// Where the PeerAuthentications are that count for the whole mesh (Istio's `rootNamespace`, by default).
  static let root = "istio-system"
  /// From it on the kubelet runs sidecars before the other init containers.
  static let nativeSidecars = KubernetesVersion(minor: 29)

  static func findings(_ seen: Observation) -> [Finding] {
    guard let all = seen.authentications.value else {
      guard case .absent = seen.authentications else { return [] }
      return [Finding(.strictTLS, .notice, "PeerAuthentications", "the API server knows none: there is no Istio")]
    }
    let heads = seen.managedNamespaces.filter { isStrict($0.name, all, seen) }
    let namespaces = seen.managedNamespaces.filter {
      isStrict($0.name, all, seen) || isStrict($0.name, port: dashboard, all, seen)
    }
    let others = seen.managedNamespaces.count - namespaces.count
    guard !namespaces.isEmpty else {
      return [
        Finding(
          .strictTLS, .ok, "PeerAuthentications",
          "none is strict in the \(others) namespaces that Raymesh is asked about")
      ]
    }
    let findings =
      heads.compactMap { initContainers(in: $0.name, seen) }
      + namespaces.compactMap { operatorCalls(to: $0.name, all, seen) }
    let names = namespaces.map(\.name).joined(separator: ", ")
    return findings.isEmpty
      ? [Finding(.strictTLS, .ok, "PeerAuthentications", "strict in \(names), and nothing is in the way")] : findings
  }

  /// The namespace's own, else the mesh's; the oldest of several (Istio, "PeerAuthentication").
  static func mode(in namespace: String, _ all: [PeerAuthentication]) -> String {
    for place in [namespace, root] {
      let own = all.filter { $0.namespace == place && $0.selector.isEmpty }
      if let first = own.min(by: { ($0.created, $0.name) < ($1.created, $1.name) }), let mode = first.mode {
        return mode
      }
    }
    return "PERMISSIVE"
  }

  /// Whether a head of the namespace's is, on one port where it is named.
  private static func isStrict(
    _ namespace: String, port: Int? = nil, _ all: [PeerAuthentication], _ seen: Observation
  ) -> Bool {
    heads(in: namespace, seen).contains { labels in
      // What means single pods counts before the namespace's own, and it alone has ports (Istio, "PeerAuthentication").
      let first = all.filter { $0.namespace == namespace && !$0.selector.isEmpty && $0.selector.matches(labels) }
        .min { ($0.created, $0.name) < ($1.created, $1.name) }
      return port.flatMap { first?.ports[$0] } ?? first?.mode ?? mode(in: namespace, all) == "STRICT"
    }
  }

  /// The labels of a namespace's heads; of those that KubeRay would make, where there is none yet.
  private static func heads(in namespace: String, _ seen: Observation) -> [[String: String]] {
    let type = [Label<String>.nodeType: "head"]
    let pods = (seen.pods.value ?? []).filter { $0.namespace == namespace && $0.labels[Label.nodeType] == "head" }
    let clusters = (seen.clusters.value ?? []).filter { $0.namespace == namespace }
    if !pods.isEmpty { return pods.map(\.labels) }
    return clusters.isEmpty ? [type] : clusters.map { type.merging([Label.cluster: $0.name]) { first, _ in first } }
  }

  /// An init container has no proxy beside it, unless that runs as a sidecar of Kubernetes' own.
  private static func initContainers(in namespace: String, _ seen: Observation) -> Finding? {
    let adding = (seen.operators.value ?? []).filter(\.addsInitContainer)
    guard let first = adding.first else { return nil }
    let sidecars = Set((seen.pods.value ?? []).filter { $0.namespace == namespace }.map(\.sidecar))
    if sidecars.contains(.native), !sidecars.contains(.classic) { return nil }
    let isOld = seen.version.value.map { $0 < nativeSidecars } ?? false
    let isCertain = sidecars.contains(.classic) || isOld
    let found =
      isCertain
      ? "is strict, its pods have classic sidecars, and KubeRay's init container waits for the head without one: workers hang"
      : "is strict; where sidecars are not native, KubeRay's init container hangs, and no pod is there to tell"
    return Finding(
      .strictTLS, isCertain ? .failure : .notice, "namespace \(namespace)", found,
      fix:
        "ENABLE_INIT_CONTAINER_INJECTION=false in the env of Deployment kuberay-operator in namespace \(first.namespace); "
        + "or native sidecars: Kubernetes 1.29 or later, and ENABLE_NATIVE_SIDECARS=true for istiod")
  }

  /// For a RayJob and a RayService the operator calls the head's dashboard.
  private static func operatorCalls(to namespace: String, _ all: [PeerAuthentication], _ seen: Observation) -> Finding?
  {
    guard let outside = (seen.operators.value ?? []).first(where: { $0.sidecar == .none }) else { return nil }
    guard isStrict(namespace, port: dashboard, all, seen) else { return nil }
    return Finding(
      .strictTLS, .warning, "namespace \(namespace)",
      "is strict, and the KubeRay operator is outside of the mesh: it cannot reach dashboards, so RayJobs and RayServices wait",
      fix: "kubectl label namespace \(outside.namespace) istio-injection=enabled, and restart the operator; or a "
        + "PeerAuthentication for ray.io/node-type=head with portLevelMtls 8265 PERMISSIVE")
  }

  private static let dashboard = 8265
}
