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
