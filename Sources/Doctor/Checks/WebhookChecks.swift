internal import Names

/// Checks that the webhook configuration exists, is complete, and matches the manifests.
enum WebhookCheck {
  /// The webhooks of `manifests/base/webhook.yaml`. Each is there once for every way in which a namespace may join.
  static let shipped = [
    Shipped("rayclusters", asks: "CREATE", of: "rayclusters", ServerPath.mutate, failure: "Fail", again: "IfNeeded"),
    Shipped(
      "rayclusters-update", asks: "UPDATE", of: "rayclusters", ServerPath.mutate, failure: "Ignore", again: "IfNeeded"),
    Shipped(
      "head-services", asks: "CREATE", of: "services", ServerPath.mutateService, failure: "Ignore", again: "Never"),
  ]
  static let ways = ["injection", "revision", "namespace"]
  /// The labels of the Service that KubeRay creates for a head (`BuildServiceForHeadPod`).
  static let headService = [
    Label<String>.createdBy: WellKnown<String>.kubeRayOperator, Label.name: "kuberay", Label.cluster: "any",
    Label.nodeType: "head",
  ]
  static let again = "apply the overlay again: kubectl apply -k manifests/overlays/…"

  /// A webhook as the manifests have it.
  struct Shipped {
    let kind: String
    let operation: String
    let resource: String
    let path: String
    let failurePolicy: String
    let reinvocationPolicy: String

    init(
      _ kind: String, asks operation: String, of resource: String, _ path: String, failure: String, again: String
    ) {
      (self.kind, self.operation, self.resource, self.path) = (kind, operation, resource, path)
      (failurePolicy, reinvocationPolicy) = (failure, again)
    }
  }

  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.configuration {
    case .hidden: return []
    case .absent:
      return [
        Finding(
          .webhooks, .failure, "MutatingWebhookConfiguration", "not found: no API server calls Raymesh",
          fix: "install Raymesh (kubectl apply -k manifests/overlays/…), or give its name with --configuration")
      ]
    case .there(let configuration): return findings(configuration)
    }
  }

  private static func findings(_ configuration: WebhookConfiguration) -> [Finding] {
    let subject = "MutatingWebhookConfiguration \(configuration.name)"
    var findings: [Finding] = []
    for webhook in shipped {
      for way in ways {
        let name = "\(webhook.kind).\(way).\(WellKnown<String>.webhookDomain)"
        guard let entry = configuration.entries.first(where: { $0.name == name }) else {
          let severity: Severity = webhook.failurePolicy == "Fail" ? .failure : .warning
          findings.append(Finding(.webhooks, severity, subject, "has no \(name)", fix: again))
          continue
        }
        findings += webhook.deviations(of: entry)
      }
    }
    let known = Set(
      shipped.flatMap { webhook in ways.map { "\(webhook.kind).\($0).\(WellKnown<String>.webhookDomain)" } })
    for entry in configuration.entries where !known.contains(entry.name) {
      findings.append(Finding(.webhooks, .notice, subject, "has \(entry.name), which is not in the manifests"))
    }
    let isRight = findings.allSatisfy { $0.severity == .notice }
    return isRight
      ? [Finding(.webhooks, .ok, subject, "all \(known.count) webhooks are as shipped")] + findings : findings
  }
}

extension WebhookCheck.Shipped {
  private typealias Deviation = (severity: Severity, found: String, fix: String)

  /// Reports how a webhook differs from the shipped one.
  fileprivate func deviations(of entry: WebhookConfiguration.Entry) -> [Finding] {
    (questions(entry) + policies(entry)).map { severity, found, fix in
      Finding(.webhooks, severity, "webhook \(entry.name)", found, fix: fix)
    }
  }

  /// Compares what the webhook is called for, and where.
  private func questions(_ entry: WebhookConfiguration.Entry) -> [Deviation] {
    var found: [Deviation] = []
    if !entry.isAsked(about: resource, when: operation) {
      let severity: Severity = failurePolicy == "Fail" ? .failure : .warning
      found.append((severity, "no rule matches \(operation) of \(resource)", WebhookCheck.again))
    }
    if !entry.objects.matches(resource == "services" ? WebhookCheck.headService : [:]) {
      found.append((.warning, "objectSelector excludes \(resource) by their labels", WebhookCheck.again))
    }
    if entry.target.path != path {
      found.append((.failure, "calls \(entry.target.path), expected \(path)", WebhookCheck.again))
    }
    if entry.matchPolicy != "Equivalent" {
      let why = "matchPolicy is \(entry.matchPolicy): writes in another API version bypass the webhook"
      found.append((.warning, why, "matchPolicy: Equivalent"))
    }
    return found
  }

  /// Compares what happens to writes that the webhook does not answer, or that another webhook changes.
  private func policies(_ entry: WebhookConfiguration.Entry) -> [Deviation] {
    var found: [Deviation] = []
    if entry.failurePolicy != failurePolicy {
      let why =
        failurePolicy == "Fail"
        ? "a RayCluster that is admitted without its ports does not work, and nothing reports why"
        : "KubeRay and the autoscaler are blocked while Raymesh does not answer"
      found.append((.warning, "failurePolicy is \(entry.failurePolicy): \(why)", "failurePolicy: \(failurePolicy)"))
    }
    if entry.reinvocationPolicy != reinvocationPolicy {
      let why = "reinvocationPolicy is \(entry.reinvocationPolicy), shipped as \(reinvocationPolicy)"
      found.append((.notice, why, "reinvocationPolicy: \(reinvocationPolicy)"))
    }
    if entry.timeoutSeconds > 10 {
      let why = "timeoutSeconds is \(entry.timeoutSeconds): clients wait that long for a replica that is gone"
      found.append((.warning, why, "timeoutSeconds: 5"))
    }
    return found
  }
}

/// Checks that the Service that the API server calls has ready pods.
enum WebhookServiceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let called = seen.configuration.value?.service else {
      guard let entry = seen.configuration.value?.entries.first else { return [] }
      return [
        Finding(
          .webhookService, .notice, "webhook \(entry.name)",
          "is called at \(entry.target.host), not through a Service, so its pods cannot be checked")
      ]
    }
    return elsewhere(seen.configuration.value?.entries ?? [], than: called) + findings(seen, called)
  }

  private typealias Called = (namespace: String, name: String, port: Int)

  /// Reports the webhooks that call another Service than the checked one.
  private static func elsewhere(_ entries: [WebhookConfiguration.Entry], than called: Called) -> [Finding] {
    entries.compactMap { entry in
      let place: String
      switch entry.target {
      case .url: place = entry.target.host
      case .service(let namespace, let name, let port, _):
        if (namespace, name, port) == called { return nil }
        place = "Service \(namespace)/\(name) on port \(port)"
      }
      return Finding(
        .webhookService, .warning, "webhook \(entry.name)",
        "is called at \(place), which is not checked; others are called at Service \(called.namespace)/\(called.name) on port "
          + "\(called.port)", fix: WebhookCheck.again)
    }
  }

  private static func findings(_ seen: Observation, _ called: Called) -> [Finding] {
    let subject = "Service \(called.namespace)/\(called.name)"
    switch seen.service {
    case .hidden: return []
    case .absent:
      return [
        Finding(
          .webhookService, .failure, subject, "not found: API servers cannot reach Raymesh", fix: WebhookCheck.again)
      ]
    case .there(let service):
      if service.ports.contains(called.port) { return pods(subject, seen, in: called.namespace) }
      let ports = service.ports.map(String.init).joined(separator: ", ")
      return [
        Finding(
          .webhookService, .failure, subject, "has port \(ports), but the webhooks are called on \(called.port)",
          fix: "clientConfig.service.port of the webhook configuration")
      ]
    }
  }

  private static func pods(_ subject: String, _ seen: Observation, in namespace: String) -> [Finding] {
    if seen.endpoints.gap != nil { return [] }
    let (ready, waiting) = (seen.endpoints.value?.ready ?? 0, seen.endpoints.value?.notReady ?? 0)
    switch ready {
    case 0:
      return [
        Finding(
          .webhookService, .failure, subject, "no pod is ready, \(waiting) are not ready: no RayCluster can be created",
          fix:
            "kubectl -n \(namespace) describe pods -l app.kubernetes.io/name=raymesh; /readyz?verbose shows the reason")
      ]
    case 1:
      return [
        Finding(
          .webhookService, .notice, subject,
          "only one pod is ready: while it is replaced, no RayCluster can be created",
          fix: "kubectl -n \(namespace) scale deployment raymesh --replicas=2")
      ]
    default: return [Finding(.webhookService, .ok, subject, "\(ready) pods are ready")]
    }
  }
}
