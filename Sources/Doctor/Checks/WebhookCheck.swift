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
