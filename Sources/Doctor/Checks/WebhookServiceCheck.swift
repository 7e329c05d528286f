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
