internal import Admission
internal import JSON
internal import Kubernetes
internal import Names
internal import RayPlan

/// What comes back where a RayCluster is created as a dry run: API server, webhook, TLS and patch at once.
enum DryRunCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.trial {
    case .leftOut(let reason): return [Finding(.dryRun, .notice, "RayCluster as a dry run", "not tried: \(reason)")]
    case .tried(let trial, .answered(let cluster)): return [answered(trial, cluster, seen)]
    case .tried(let trial, .refused(let status)): return [refused(trial, status, seen)]
    case .tried(let trial, .unanswered(let why)):
      return [
        Finding(
          .dryRun, .failure, "RayCluster as a dry run in namespace \(trial.namespace)", why,
          fix: "see webhook-service; another webhook may hold up the API server")
      ]
    }
  }

  private static func answered(_ trial: Trial, _ cluster: JSONValue, _ seen: Observation) -> Finding {
    let subject = "RayCluster as a dry run in namespace \(trial.namespace)"
    guard Trial.isManaged(cluster) else {
      return Finding(
        .dryRun, .failure, subject,
        "came back without Raymesh's parameters: nobody has asked it, or its answer was ignored",
        fix: "see webhooks, ca-bundle and webhook-service; another webhook may take annotations away")
    }
    guard let promised = trial.promised(seen.options) else {
      return Finding(.dryRun, .ok, subject, "came back with Raymesh's parameters")
    }
    let differing = differences(Trial.parameters(of: cluster), promised)
    guard differing.isEmpty else {
      return Finding(
        .dryRun, .notice, subject,
        "came back with Raymesh's parameters, and other values than this program plans: \(differing.joined(separator: ", "))",
        fix: "the same version, and the same --cluster-domain, --node-address-wait and --maximum-ports, here and there")
    }
    return Finding(.dryRun, .ok, subject, "came back with Raymesh's parameters, as this program plans them")
  }

  private static func differences(_ found: JSONValue?, _ promised: JSONValue) -> [String] {
    guard case .object(let members) = promised else { return [] }
    return members.members.filter { found?[$0.key] != $0.value }.map(\.key).sorted()
  }

  private static func refused(_ trial: Trial, _ status: Status, _ seen: Observation) -> Finding {
    let subject = "RayCluster as a dry run in namespace \(trial.namespace)"
    let isOurs =
      status.message.contains("failed calling webhook") && status.message.contains(WellKnown<String>.webhookDomain)
    // Quotas and admission plugins forbid too; these words are the authorizer's (`k8s.io/apiserver`, `responsewriters`).
    if status.code == 403, !isOurs, status.message.contains(" cannot create") {
      let right = Right(verb: "create", resource: "rayclusters.\(APIGroup<String>.ray)", namespace: trial.namespace)
      return Gap(right: right, isForbidden: true, message: status.description).finding(.dryRun)
    }
    guard isOurs else {
      return Finding(.dryRun, .warning, subject, "refused, not for want of Raymesh: \(status)")
    }
    return Finding(.dryRun, .failure, subject, status.message, fix: advice(status.message, seen))
  }

  /// What API servers say, and what it comes from (`k8s.io/apiserver`, `webhook/dispatcher.go`, in Go's words).
  private static func advice(_ message: String, _ seen: Observation) -> String {
    let logs = "kubectl -n \(seen.system) logs -l app.kubernetes.io/name=raymesh"
    let table: [(words: [String], advice: String)] = [
      (["unknown authority", "unable to load root certificates"], "caBundle: \(AuthorityCheck.fix)"),
      (["expired or is not yet valid"], "the certificate: \(AuthorityCheck.fix)"),
      (
        ["certificate is valid for", "doesn't contain any IP SANs", "legacy Common Name"],
        "a certificate for the name that the API server calls"
      ),
      (["no endpoints available", "service \"", "not found"], "pods that are ready behind the Service; \(logs)"),
      (
        ["context deadline exceeded", "Timeout", "i/o timeout", "no route to host", "connection timed out"],
        "let the control plane reach the pods' port 9443: a firewall of a private cluster, or a NetworkPolicy"
      ),
      (["connection refused"], "pods that listen there; \(logs)"),
    ]
    return table.first { $0.words.contains { message.contains($0) } }?.advice ?? logs
  }
}

/// A small RayCluster that is created as a dry run: the API server asks Raymesh as ever, and stores nothing.
struct Trial: Sendable {
  /// The namespace that it is tried in.
  let namespace: String
  /// The version of the API that it is written in.
  let version: String

  /// How it goes.
  enum Outcome: Sendable {
    case tried(Trial, Attempt)
    /// Why there was none.
    case leftOut(String)
  }

  /// The RayCluster. Its name is made by the API server, so that it is nobody's.
  var cluster: JSONValue {
    let container: JSONValue = ["name": "ray-head", "image": "rayproject/ray:2.46.0"]
    return [
      "apiVersion": .string("\(APIGroup<String>.ray)/\(version)"), "kind": "RayCluster",
      "metadata": ["generateName": "raymesh-doctor-", "namespace": .string(namespace)],
      "spec": [
        "rayVersion": "2.46.0",
        "headGroupSpec": ["rayStartParams": [:], "template": ["spec": ["containers": [container]]]],
      ],
    ]
  }

  /// What asks the API server for it.
  var call: APICall {
    APICall(
      .create, "/apis/\(APIGroup<String>.ray)/\(version)/namespaces/\(namespace)/rayclusters",
      query: [("dryRun", "All")], body: cluster)
  }

  /// The head group's parameters as Raymesh promises them.
  func promised(_ options: PlanOptions) -> JSONValue? {
    guard let document = try? JSONDocument(JSONWriter.bytes(of: cluster)),
      let read = try? RayCluster(document.root, namespace: namespace),
      let patched = try? PortPlan(for: read, options: options).patch.applied(to: cluster)
    else { return nil }
    return Trial.parameters(of: patched)
  }

  /// The head group's parameters of a RayCluster.
  static func parameters(of cluster: JSONValue) -> JSONValue? { cluster["spec"]?["headGroupSpec"]?["rayStartParams"] }

  /// Whether Raymesh has left its record in a RayCluster.
  static func isManaged(_ cluster: JSONValue) -> Bool {
    cluster["metadata"]?["annotations"]?[Annotation.managed] != nil
  }
}
