internal import RayPlan

/// All that was seen of a cluster: what the checks go by, and nothing else.
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
  /// The namespaces that were asked for, and are not there.
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

  /// Whether Raymesh is asked about RayClusters that are made in a namespace.
  func isManaged(_ namespace: NamespaceState) -> Bool {
    configuration.value?.reviewsClusters(in: namespace.labels) ?? false
  }

  /// The namespaces in which it is, where that can be told.
  var managedNamespaces: [NamespaceState] { (namespaces.value ?? []).filter { isManaged($0) && !$0.isEnding } }

  /// Whether a Deployment of Raymesh's applies Services; `nil` where that cannot be told.
  var hasController: Bool? {
    guard let deployments = deployments.value, !deployments.isEmpty else { return nil }
    return deployments.contains(where: \.isController)
  }

  /// The Deployments that apply Services.
  var controllers: [RaymeshDeployment] { (deployments.value ?? []).filter(\.isController) }

  /// Everything that nobody may look at, and the check that misses it most; and every object that cannot be read.
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

/// Something that was asked for.
enum Seen<Value> {
  case there(Value)
  /// There is none of that name, or no such kind.
  case absent
  /// It cannot be looked at.
  case hidden(Gap)

  /// What is there, `nil` where nothing is or nobody may look.
  var value: Value? { if case .there(let value) = self { value } else { nil } }

  /// Why nobody may look.
  var gap: Gap? { if case .hidden(let gap) = self { gap } else { nil } }

  /// The same with another value.
  func map<Other>(_ transform: (Value) -> Other) -> Seen<Other> {
    switch self {
    case .there(let value): .there(transform(value))
    case .absent: .absent
    case .hidden(let gap): .hidden(gap)
    }
  }
}

extension Seen: Sendable where Value: Sendable {}

/// What an API server lets one do, as `kubectl auth can-i` is asked about it.
struct Right: Hashable, Sendable, CustomStringConvertible {
  let verb: String
  /// With its group where that is not the core's: `rayclusters.ray.io`.
  let resource: String
  /// `nil` for all namespaces, and for what is in none.
  var namespace: String?

  var description: String { "\(verb) \(resource)\(namespace.map { " in namespace \($0)" } ?? "")" }
}

/// That something cannot be looked at.
struct Gap: Hashable, Sendable {
  let right: Right
  /// Whether the right to it is what is missing.
  let isForbidden: Bool
  /// The API server's own words, or what is wrong with its answer.
  let message: String

  /// What to tell about it.
  func finding(_ check: Check, _ severity: Severity = .warning) -> Finding {
    guard isForbidden else { return Finding(check, severity, right.resource, "not looked at: \(message)") }
    return Finding(
      check, severity, right.resource, "not looked at, as the right is missing to \(right)",
      fix: "let whoever asks \(right); manifests/doctor/rbac.yaml has all rights that are needed")
  }
}
