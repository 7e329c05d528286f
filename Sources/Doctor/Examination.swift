package import Kubernetes
package import RayPlan
package import Transport

/// Examines a cluster from the outside and reports what keeps Raymesh from working in it. It changes nothing.
package struct Examination: Sendable {
  private let settings: Settings
  private let access: ClusterAccess
  private let loop: EventLoop

  /// What to examine, and how.
  package struct Settings: Sendable {
    /// The webhook configuration's name.
    package var configuration = "raymesh"
    /// Raymesh's own namespace; `nil` to use the one that the webhook configuration names.
    package var system: String?
    /// The Lease's name.
    package var lease = "raymesh"
    /// The namespaces to examine; all of them if it is empty.
    package var namespaces: [String] = []
    /// Whether to create a RayCluster as a dry run.
    package var tries = true
    /// The options that clusters are planned with.
    package var options = PlanOptions.standard

    /// Creates the default settings.
    package init() {}
  }

  /// - Parameter loop: the event loop that it runs on.
  package init(_ settings: Settings, access: ClusterAccess, on loop: EventLoop) {
    (self.settings, self.access, self.loop) = (settings, access, loop)
  }

  /// Examines everything once.
  ///
  /// - Parameter second: now, in seconds since 1970.
  /// - Throws: `KubernetesError` if the API server cannot be reached at all.
  package func report(at second: Int) async throws -> Report {
    let observer = Observer(settings, reader: APIReader(access, on: loop), second: second)
    let observation = try await observer.observation()
    return Report(server: access.endpoint.description, findings: Examination.findings(observation))
  }

  /// Runs all checks on an observation.
  static func findings(_ observation: Observation) -> [Finding] {
    let checks: [(Observation) -> [Finding]] = [
      KubernetesCheck.findings, RayAPICheck.findings, WebhookCheck.findings, AuthorityCheck.findings,
      CertificateCheck.findings, WebhookServiceCheck.findings, DryRunCheck.findings, NamespaceCheck.findings,
      ClusterCheck.findings, ServiceCheck.findings, ControllerCheck.findings, KubeRayCheck.findings,
      StrictTLSCheck.findings,
    ]
    return observation.gaps + checks.flatMap { $0(observation) }
  }
}
