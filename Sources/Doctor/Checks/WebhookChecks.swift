internal import Names

/// Whether the webhook configuration is there, whole, and as it is shipped.
enum WebhookCheck {
  /// What the manifests have, each once for every way in which a namespace may join (`manifests/base/webhook.yaml`).
  static let shipped = [
    Shipped("rayclusters", asks: "CREATE", of: "rayclusters", ServerPath.mutate, failure: "Fail", again: "IfNeeded"),
    Shipped(
      "rayclusters-update", asks: "UPDATE", of: "rayclusters", ServerPath.mutate, failure: "Ignore", again: "IfNeeded"),
    Shipped(
      "head-services", asks: "CREATE", of: "services", ServerPath.mutateService, failure: "Ignore", again: "Never"),
  ]
  static let ways = ["injection", "revision", "namespace"]
  /// Labels of a Service that KubeRay makes for a head (`BuildServiceForHeadPod`).
  static let headService = [
    Label<String>.createdBy: WellKnown<String>.kubeRayOperator, Label.name: "kuberay", Label.cluster: "any",
    Label.nodeType: "head",
  ]
  static let again = "apply the overlay again: kubectl apply -k manifests/overlays/…"

  /// A webhook as it is shipped.
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
          .webhooks, .failure, "MutatingWebhookConfiguration", "there is none of that name: nobody asks Raymesh",
          fix: "install Raymesh (kubectl apply -k manifests/overlays/…), or name it by --configuration")
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
      findings.append(Finding(.webhooks, .notice, subject, "has a \(entry.name), which is not of the manifests"))
    }
    let isRight = findings.allSatisfy { $0.severity == .notice }
    return isRight
      ? [Finding(.webhooks, .ok, subject, "all \(known.count) webhooks are as shipped")] + findings : findings
  }
}

extension WebhookCheck.Shipped {
  private typealias Deviation = (severity: Severity, found: String, fix: String)

  /// How one that is there differs from the one that is shipped.
  fileprivate func deviations(of entry: WebhookConfiguration.Entry) -> [Finding] {
    (questions(entry) + policies(entry)).map { severity, found, fix in
      Finding(.webhooks, severity, "webhook \(entry.name)", found, fix: fix)
    }
  }

  /// What it is asked, and where.
  private func questions(_ entry: WebhookConfiguration.Entry) -> [Deviation] {
    var found: [Deviation] = []
    if !entry.isAsked(about: resource, when: operation) {
      let severity: Severity = failurePolicy == "Fail" ? .failure : .warning
      found.append((severity, "no rule has it asked about \(operation) of \(resource)", WebhookCheck.again))
    }
    if !entry.objects.matches(resource == "services" ? WebhookCheck.headService : [:]) {
      found.append((.warning, "objectSelector leaves \(resource) out, by their labels", WebhookCheck.again))
    }
    if entry.target.path != path {
      found.append((.failure, "asks \(entry.target.path), expected \(path)", WebhookCheck.again))
    }
    if entry.matchPolicy != "Equivalent" {
      let why = "matchPolicy is \(entry.matchPolicy): writes in another version of the API pass by"
      found.append((.warning, why, "matchPolicy: Equivalent"))
    }
    return found
  }

  /// What becomes of writes that it does not answer, or others change.
  private func policies(_ entry: WebhookConfiguration.Entry) -> [Deviation] {
    var found: [Deviation] = []
    if entry.failurePolicy != failurePolicy {
      let why =
        failurePolicy == "Fail"
        ? "a RayCluster that slips in without its ports does not work, and nothing says why"
        : "KubeRay and the autoscaler are held up while Raymesh does not answer"
      found.append((.warning, "failurePolicy is \(entry.failurePolicy): \(why)", "failurePolicy: \(failurePolicy)"))
    }
    if entry.reinvocationPolicy != reinvocationPolicy {
      let why = "reinvocationPolicy is \(entry.reinvocationPolicy), shipped as \(reinvocationPolicy)"
      found.append((.notice, why, "reinvocationPolicy: \(reinvocationPolicy)"))
    }
    if entry.timeoutSeconds > 10 {
      let why = "timeoutSeconds is \(entry.timeoutSeconds): writers wait that long for a replica that is gone"
      found.append((.warning, why, "timeoutSeconds: 5"))
    }
    return found
  }
}

/// Whether the Service that the API server calls leads to pods that answer.
enum WebhookServiceCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let called = seen.configuration.value?.service else {
      guard let entry = seen.configuration.value?.entries.first else { return [] }
      return [
        Finding(
          .webhookService, .notice, "webhook \(entry.name)",
          "is asked at \(entry.target.host), not by a Service: whether pods are behind it cannot be seen")
      ]
    }
    return elsewhere(seen.configuration.value?.entries ?? [], than: called) + findings(seen, called)
  }

  private typealias Called = (namespace: String, name: String, port: Int)

  /// The webhooks that ask another than the one that is looked at.
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
        "is asked at \(place), which is not looked at, and others at Service \(called.namespace)/\(called.name) on port "
          + "\(called.port)", fix: WebhookCheck.again)
    }
  }

  private static func findings(_ seen: Observation, _ called: Called) -> [Finding] {
    let subject = "Service \(called.namespace)/\(called.name)"
    switch seen.service {
    case .hidden: return []
    case .absent:
      return [Finding(.webhookService, .failure, subject, "there is none: nobody answers", fix: WebhookCheck.again)]
    case .there(let service):
      if service.ports.contains(called.port) { return pods(subject, seen, in: called.namespace) }
      let ports = service.ports.map(String.init).joined(separator: ", ")
      return [
        Finding(
          .webhookService, .failure, subject, "has port \(ports), and the webhooks are asked on \(called.port)",
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
          .webhookService, .failure, subject, "no pod answers, \(waiting) are not ready: no RayCluster can be created",
          fix: "kubectl -n \(namespace) describe pods -l app.kubernetes.io/name=raymesh; /readyz?verbose says why")
      ]
    case 1:
      return [
        Finding(
          .webhookService, .notice, subject, "one pod answers: while it is replaced, no RayCluster can be created",
          fix: "kubectl -n \(namespace) scale deployment raymesh --replicas=2")
      ]
    default: return [Finding(.webhookService, .ok, subject, "\(ready) pods answer")]
    }
  }
}
