internal import Admission
internal import JSON
internal import Kubernetes
internal import Names
internal import RayPlan

/// Checks the result of creating a RayCluster as a dry run. It tests API server, webhook, TLS and patch at once.
enum DryRunCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.trial {
    case .leftOut(let reason): return [Finding(.dryRun, .notice, "RayCluster dry run", "skipped: \(reason)")]
    case .tried(let trial, .answered(let cluster)): return [answered(trial, cluster, seen)]
    case .tried(let trial, .refused(let status)): return [refused(trial, status, seen)]
    case .tried(let trial, .unanswered(let why)):
      return [
        Finding(
          .dryRun, .failure, "RayCluster dry run in namespace \(trial.namespace)", why,
          fix: "see the check webhook-service; another webhook may block the API server")
      ]
    }
  }

  private static func answered(_ trial: Trial, _ cluster: JSONValue, _ seen: Observation) -> Finding {
    let subject = "RayCluster dry run in namespace \(trial.namespace)"
    guard Trial.isManaged(cluster) else {
      return Finding(
        .dryRun, .failure, subject,
        "came back without Raymesh's parameters: its webhook was not called, or its answer was ignored",
        fix: "see the checks webhooks, ca-bundle and webhook-service; another webhook may remove annotations")
    }
    guard let promised = trial.promised(seen.options) else {
      return Finding(.dryRun, .ok, subject, "came back with Raymesh's parameters")
    }
    let differing = differences(Trial.parameters(of: cluster), promised)
    guard differing.isEmpty else {
      return Finding(
        .dryRun, .notice, subject,
        "came back with Raymesh's parameters, but other values than this program plans: \(differing.joined(separator: ", "))",
        fix: "use the same version, --cluster-domain, --node-address-wait and --maximum-ports here as in the server")
    }
    return Finding(.dryRun, .ok, subject, "came back with Raymesh's parameters, as this program plans them")
  }

  private static func differences(_ found: JSONValue?, _ promised: JSONValue) -> [String] {
    guard case .object(let members) = promised else { return [] }
    return members.members.filter { found?[$0.key] != $0.value }.map(\.key).sorted()
  }

  private static func refused(_ trial: Trial, _ status: Status, _ seen: Observation) -> Finding {
    let subject = "RayCluster dry run in namespace \(trial.namespace)"
    let isOurs =
      status.message.contains("failed calling webhook") && status.message.contains(WellKnown<String>.webhookDomain)
    // Quotas and admission plugins also forbid; these words are the authorizer's (`k8s.io/apiserver`).
    if status.code == 403, !isOurs, status.message.contains(" cannot create") {
      let right = Right(verb: "create", resource: "rayclusters.\(APIGroup<String>.ray)", namespace: trial.namespace)
      return Gap(right: right, isForbidden: true, message: status.description).finding(.dryRun)
    }
    guard isOurs else {
      return Finding(.dryRun, .warning, subject, "rejected, but not because of Raymesh: \(status)")
    }
    return Finding(.dryRun, .failure, subject, status.message, fix: advice(status.message, seen))
  }

  /// Returns the fix for an API server's message (`k8s.io/apiserver`, `webhook/dispatcher.go`, in Go's words).
  private static func advice(_ message: String, _ seen: Observation) -> String {
    let logs = "kubectl -n \(seen.system) logs -l app.kubernetes.io/name=raymesh"
    let table: [(words: [String], advice: String)] = [
      (["unknown authority", "unable to load root certificates"], "caBundle: \(AuthorityCheck.fix)"),
      (["expired or is not yet valid"], "the certificate: \(AuthorityCheck.fix)"),
      (
        ["certificate is valid for", "doesn't contain any IP SANs", "legacy Common Name"],
        "use a certificate for the name that the API server calls"
      ),
      (["no endpoints available", "service \"", "not found"], "make pods of the Service ready; \(logs)"),
      (
        ["context deadline exceeded", "Timeout", "i/o timeout", "no route to host", "connection timed out"],
        "let the control plane reach port 9443 of the pods: check the firewall of a private cluster, and NetworkPolicies"
      ),
      (["connection refused"], "make the pods listen on that port; \(logs)"),
    ]
    return table.first { $0.words.contains { message.contains($0) } }?.advice ?? logs
  }
}

/// A small RayCluster to create as a dry run: the API server calls Raymesh as usual, and stores nothing.
struct Trial: Sendable {
  /// The namespace of the dry run.
  let namespace: String
  /// The API version of the RayCluster.
  let version: String

  /// The result of the dry run.
  enum Outcome: Sendable {
    case tried(Trial, Attempt)
    /// The dry run was skipped, for this reason.
    case leftOut(String)
  }

  /// The RayCluster. The API server generates its name, so it cannot clash with another.
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

  /// The API call that creates it.
  var call: APICall {
    APICall(
      .create, "/apis/\(APIGroup<String>.ray)/\(version)/namespaces/\(namespace)/rayclusters",
      query: [("dryRun", "All")], body: cluster)
  }

  /// Plans the head group's parameters, as the server should return them.
  func promised(_ options: PlanOptions) -> JSONValue? {
    guard let document = try? JSONDocument(JSONWriter.bytes(of: cluster)),
      let read = try? RayCluster(document.root, namespace: namespace),
      let patched = try? PortPlan(for: read, options: options).patch.applied(to: cluster)
    else { return nil }
    return Trial.parameters(of: patched)
  }

  /// Returns the head group's parameters of a RayCluster.
  static func parameters(of cluster: JSONValue) -> JSONValue? { cluster["spec"]?["headGroupSpec"]?["rayStartParams"] }

  /// Whether a RayCluster has Raymesh's record.
  static func isManaged(_ cluster: JSONValue) -> Bool {
    cluster["metadata"]?["annotations"]?[Annotation.managed] != nil
  }
}
