internal import RayPlan

/// What was observed in a cluster: the only input of the checks.
struct Observation: Sendable {
  /// Seconds since 1970.
  var second = 0
  /// Raymesh's own namespace.
  var system = "raymesh-system"
  var lease = "raymesh"
  var options = PlanOptions.standard
  var version: Seen<KubernetesVersion> = .absent
  /// The versions in which `ray.io` is served.
  var rayVersions: Seen<[String]> = .absent
  var configuration: Seen<WebhookConfiguration> = .absent
  var deployments: Seen<[RaymeshDeployment]> = .absent
  var secret: Seen<ServingSecret> = .absent
  var service: Seen<WebhookService> = .absent
  var endpoints: Seen<WebhookEndpoints> = .absent
  var namespaces: Seen<[NamespaceState]> = .absent
  /// The requested namespaces that do not exist.
  var missing: [String] = []
  var services: Gap?
  /// The objects that could not be read.
  var skipped: [UnreadObject] = []
  var pods: Seen<[RayPod]> = .absent
  var clusters: Seen<[ClusterState]> = .absent
  var operators: Seen<[OperatorPod]> = .absent
  var authentications: Seen<[PeerAuthentication]> = .absent
  var leaseState: Seen<LeaseState> = .absent
  var trial = Trial.Outcome.leftOut("")

  /// Whether the webhook is called for RayClusters that are created in a namespace.
  func isManaged(_ namespace: NamespaceState) -> Bool {
    configuration.value?.reviewsClusters(in: namespace.labels) ?? false
  }

  /// The managed namespaces, if they are known.
  var managedNamespaces: [NamespaceState] { (namespaces.value ?? []).filter { isManaged($0) && !$0.isEnding } }

  /// Whether a Deployment of Raymesh applies Services; `nil` if that is unknown.
  var hasController: Bool? {
    guard let deployments = deployments.value, !deployments.isEmpty else { return nil }
    return deployments.contains(where: \.isController)
  }

  /// The Deployments that apply Services.
  var controllers: [RaymeshDeployment] { (deployments.value ?? []).filter(\.isController) }

  /// The findings about everything that could not be read, each under the check that needs it most.
  var gaps: [Finding] {
    let all: [(Check, Gap?)] = [
      (.kubernetes, version.gap), (.rayAPI, rayVersions.gap), (.webhooks, configuration.gap),
      (.webhookService, deployments.gap), (.webhookService, service.gap), (.webhookService, endpoints.gap),
      (.namespaces, namespaces.gap), (.clusters, clusters.gap), (.services, services), (.services, pods.gap),
      (.controller, leaseState.gap), (.kubeRay, operators.gap), (.strictTLS, authentications.gap),
    ]
    var told: Set<Gap> = []
    return all.compactMap { check, gap in
      guard let gap, told.insert(gap).inserted else { return nil }
      return gap.finding(check)
    } + skipped.map(\.finding)
  }
}

/// The result of reading something.
enum Seen<Value> {
  case there(Value)
  /// The API server has no object of that name, or no such kind.
  case absent
  /// It cannot be read.
  case hidden(Gap)

  /// The value; `nil` if it does not exist or cannot be read.
  var value: Value? { if case .there(let value) = self { value } else { nil } }

  /// Why it cannot be read.
  var gap: Gap? { if case .hidden(let gap) = self { gap } else { nil } }

  /// Returns the same result with its value transformed.
  func map<Other>(_ transform: (Value) -> Other) -> Seen<Other> {
    switch self {
    case .there(let value): .there(transform(value))
    case .absent: .absent
    case .hidden(let gap): .hidden(gap)
    }
  }
}

extension Seen: Sendable where Value: Sendable {}

/// A permission, as `kubectl auth can-i` takes it.
struct Right: Hashable, Sendable, CustomStringConvertible {
  let verb: String
  /// The resource, with its group unless that is the core group: `rayclusters.ray.io`.
  let resource: String
  /// The namespace; `nil` for all namespaces, and for cluster-scoped resources.
  var namespace: String?

  var description: String { "\(verb) \(resource)\(namespace.map { " in namespace \($0)" } ?? "")" }
}

/// Why something cannot be read.
struct Gap: Hashable, Sendable {
  let right: Right
  /// Whether the permission is missing.
  let isForbidden: Bool
  /// The API server's own message, or what is wrong with its answer.
  let message: String

  /// The finding about it.
  func finding(_ check: Check, _ severity: Severity = .warning) -> Finding {
    guard isForbidden else { return Finding(check, severity, right.resource, "cannot be read: \(message)") }
    return Finding(
      check, severity, right.resource, "cannot be read: no permission to \(right)",
      fix: "grant the permission to \(right); manifests/doctor/rbac.yaml has all that are needed")
  }
}
