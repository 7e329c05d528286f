public import Kubernetes
public import RayPlan
public import Transport

/// Examines a cluster from the outside and reports what keeps Raymesh from working in it. It changes nothing.
public struct Examination: Sendable {
  private let settings: Settings
  private let access: ClusterAccess
  private let loop: EventLoop

  /// What to examine, and how.
  public struct Settings: Sendable {
    /// The webhook configuration's name.
    public var configuration = "raymesh"
    /// Raymesh's own namespace; `nil` to use the one that the webhook configuration names.
    public var system: String?
    /// The Lease's name.
    public var lease = "raymesh"
    /// The namespaces to examine; all of them if it is empty.
    public var namespaces: [String] = []
    /// Whether to create a RayCluster as a dry run.
    public var tries = true
    /// The options that clusters are planned with.
    public var options = PlanOptions.standard

    /// Creates the default settings.
    public init() {}
  }

  /// - Parameter loop: the event loop that it runs on.
  public init(_ settings: Settings, access: ClusterAccess, on loop: EventLoop) {
    (self.settings, self.access, self.loop) = (settings, access, loop)
  }

  /// Examines everything once.
  ///
  /// - Parameter second: now, in seconds since 1970.
  /// - Throws: `KubernetesError` if the API server cannot be reached at all.
  public func report(at second: Int) async throws -> Report {
    let observer = Observer(settings, reader: APIReader(access, on: loop), second: second)
    let observation = try await observer.observation()
    return Report(server: access.endpoint.description, findings: Examination.findings(observation))
  }

  /// Runs all checks on an observation.
  static func findings(_ observation: Observation) -> [Finding] {
    let checks: [(Observation) -> [Finding]] = [
      KubernetesCheck.findings, RayAPICheck.findings, WebhookCheck.findings, AuthorityCheck.findings,
      CertificateCheck.findings, WebhookServiceCheck.findings, DryRunCheck.findings, NamespaceCheck.findings,
      ClusterCheck.findings, CompanionCheck.findings, ControllerCheck.findings, KubeRayCheck.findings,
      StrictTLSCheck.findings,
    ]
    return observation.gaps + checks.flatMap { $0(observation) }
  }
}
