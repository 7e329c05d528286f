internal import JSON
internal import Kubernetes
internal import Names
internal import RayPlan

/// Reads everything that the checks need from the API server.
struct Observer {
  private let settings: Examination.Settings
  private let reader: APIReader
  private let second: Int

  init(_ settings: Examination.Settings, reader: APIReader, second: Int) {
    (self.settings, self.reader, self.second) = (settings, reader, second)
  }

  /// Reads everything, one request after the other.
  ///
  /// - Throws: `KubernetesError` if the API server cannot be reached at all.
  func observation() async throws(KubernetesError) -> Observation {
    var seen = Observation()
    (seen.second, seen.options, seen.lease) = (second, settings.options, settings.lease)
    try await lookAtServer(&seen)
    try await lookAtWebhook(&seen)
    try await lookAtClusters(&seen)
    try await lookAtMesh(&seen)
    seen.trial = await trial(seen)
    seen.skipped = reader.skipped
    return seen
  }

  private func lookAtServer(_ seen: inout Observation) async throws(KubernetesError) {
    seen.version = try await reader.object(Right(verb: "get", resource: "/version"), at: "/version") {
      element throws(JSONMismatch) in try KubernetesVersion(element)
    }
    let group = "/apis/\(APIGroup<String>.ray)"
    seen.rayVersions = try await reader.object(Right(verb: "get", resource: group), at: group) {
      element throws(JSONMismatch) in try element.array("versions").compactMap { $0.member("version")?.string }
    }
  }

  private func lookAtWebhook(_ seen: inout Observation) async throws(KubernetesError) {
    let kind = "mutatingwebhookconfigurations.\(APIGroup<String>.admissionRegistration)"
    seen.configuration = try await reader.object(
      Right(verb: "get", resource: kind),
      at: "/apis/\(APIVersion<String>.admissionRegistration)/mutatingwebhookconfigurations/\(settings.configuration)"
    ) { element throws(JSONMismatch) in try WebhookConfiguration(element) }
    let called = seen.configuration.value?.service
    let system = settings.system ?? called?.namespace ?? seen.system
    seen.system = system
    seen.deployments = try await reader.list(
      Right(verb: "list", resource: "deployments.apps", namespace: system),
      at: "/apis/apps/v1/namespaces/\(system)/deployments",
      selector: "\(Label<String>.name)=\(WellKnown<String>.program)"
    ) { element throws(JSONMismatch) in try RaymeshDeployment(element) }
    seen.secret = try await secret(seen)
    try await lookAtService(called?.name ?? "raymesh", in: called?.namespace ?? system, &seen)
  }

  /// Reads the Service that the API server calls, its endpoints, and the Lease.
  private func lookAtService(
    _ service: String, in namespace: String, _ seen: inout Observation
  ) async throws(KubernetesError) {
    seen.service = try await reader.object(
      Right(verb: "get", resource: "services", namespace: namespace),
      at: "/api/v1/namespaces/\(namespace)/services/\(service)"
    ) { element throws(JSONMismatch) in try WebhookService(element) }
    seen.endpoints = try await reader.object(
      Right(verb: "get", resource: "endpoints", namespace: namespace),
      at: "/api/v1/namespaces/\(namespace)/endpoints/\(service)"
    ) { element throws(JSONMismatch) in try WebhookEndpoints(element) }
    let system = seen.system
    seen.leaseState = try await reader.object(
      Right(verb: "get", resource: "leases.\(APIGroup<String>.coordination)", namespace: system),
      at: "/apis/\(APIVersion<String>.coordination)/namespaces/\(system)/leases/\(settings.lease)"
    ) { element throws(JSONMismatch) in LeaseState(element) }
  }

  /// Reads the first Secret that exists: of those that Deployments serve with or, without a Deployment, of those in the
  /// manifests. The latter may be left over from an earlier installation, so a Deployment counts first.
  private func secret(_ seen: Observation) async throws(KubernetesError) -> Seen<ServingSecret> {
    let deployments = seen.deployments.value ?? []
    let stated = deployments.flatMap(\.certificate.secrets)
    for name in deployments.isEmpty ? ["raymesh-tls", "raymesh-certificates"] : stated {
      let secret = try await reader.object(
        Right(verb: "get", resource: "secrets", namespace: seen.system),
        at: "/api/v1/namespaces/\(seen.system)/secrets/\(name)"
      ) { element throws(JSONMismatch) in ServingSecret(element) }
      if case .absent = secret { continue }
      return secret
    }
    return .absent
  }

  private func lookAtClusters(_ seen: inout Observation) async throws(KubernetesError) {
    seen.namespaces = try await namespaces()
    seen.missing = missing(from: seen.namespaces)
    seen.pods = try await reader.list(
      "list", "pods", at: "/api/v1", "pods", in: settings.namespaces, selector: Label.cluster
    ) { element throws(JSONMismatch) in try RayPod(element) }
    let services = try await reader.list(
      "list", "services", at: "/api/v1", "services", in: settings.namespaces
    ) { element throws(JSONMismatch) in element }
    seen.services = services.gap
    guard let version = seen.rayVersion else { return }
    let named = services.value.map { list in
      Dictionary(list.map { (ObjectKey(namespace: $0.namespace, name: $0.name), $0) }) { first, _ in first }
    }
    let oldest = Dictionary(
      (seen.pods.value ?? []).map { (ObjectKey(namespace: $0.namespace, name: $0.cluster), $0.created) },
      uniquingKeysWith: min)
    let (second, options) = (seen.second, seen.options)
    seen.clusters = try await reader.list(
      "list", "rayclusters.\(APIGroup<String>.ray)", at: "/apis/\(APIGroup<String>.ray)/\(version)", "rayclusters",
      in: settings.namespaces
    ) { element throws(JSONMismatch) in
      try ClusterState(element, services: named, oldest: oldest, at: second, options: options)
    }
  }

  /// Reads all namespaces, or the requested ones that exist.
  private func namespaces() async throws(KubernetesError) -> Seen<[NamespaceState]> {
    guard !settings.namespaces.isEmpty else {
      return try await reader.list(Right(verb: "list", resource: "namespaces"), at: "/api/v1/namespaces") {
        element throws(JSONMismatch) in NamespaceState(element)
      }
    }
    var found: [NamespaceState] = []
    for name in settings.namespaces {
      let seen = try await reader.object(Right(verb: "get", resource: "namespaces"), at: "/api/v1/namespaces/\(name)") {
        element throws(JSONMismatch) in NamespaceState(element)
      }
      if let gap = seen.gap { return .hidden(gap) }
      if let namespace = seen.value { found.append(namespace) }
    }
    return .there(found)
  }

  /// Returns the requested namespaces that do not exist.
  private func missing(from namespaces: Seen<[NamespaceState]>) -> [String] {
    guard let there = namespaces.value.map({ Set($0.map(\.name)) }) else { return [] }
    return settings.namespaces.filter { !there.contains($0) }
  }

  private func lookAtMesh(_ seen: inout Observation) async throws(KubernetesError) {
    seen.operators = try await reader.list(
      Right(verb: "list", resource: "pods"), at: "/api/v1/pods",
      selector: "\(Label<String>.component)=\(WellKnown<String>.kubeRayOperator)"
    ) { element throws(JSONMismatch) in try OperatorPod(element) }
    let istio = "/apis/\(APIGroup<String>.istioSecurity)"
    let group = try await reader.object(
      Right(verb: "get", resource: istio), at: istio
    ) { element throws(JSONMismatch) in element.member("preferredVersion")?.member("version")?.string ?? "v1" }
    guard let version = group.value else { return }
    // Those in the root namespace of the mesh apply to all namespaces.
    let namespaces = settings.namespaces.isEmpty ? [] : settings.namespaces + [StrictTLSCheck.root]
    seen.authentications = try await reader.list(
      "list", "peerauthentications.\(APIGroup<String>.istioSecurity)", at: "\(istio)/\(version)", "peerauthentications",
      in: namespaces
    ) { element throws(JSONMismatch) in try PeerAuthentication(element) }
  }

  private func trial(_ seen: Observation) async -> Trial.Outcome {
    guard settings.tries else { return .leftOut("--no-dry-run is set") }
    guard let version = seen.rayVersion else { return .leftOut("the API server does not serve RayClusters") }
    guard let namespace = seen.managedNamespaces.first else {
      return .leftOut("Raymesh manages none of the examined namespaces")
    }
    let trial = Trial(namespace: namespace.name, version: version)
    return .tried(trial, await reader.attempt(trial.call))
  }
}

extension Observation {
  /// The version of `ray.io` to use in requests.
  var rayVersion: String? { ["v1", "v1alpha1"].first { rayVersions.value?.contains($0) ?? false } }
}
