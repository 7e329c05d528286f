internal import HTTP

/// What each metric of the webhook means, for the `# HELP` lines.
public enum MetricsHelp {
  /// The meanings by name.
  public static let texts = HTTPMetrics.help.merging(own) { _, own in own }

  /// The bounds of histograms that the usual ones do not fit, by name.
  public static let bounds = AdmissionMetrics.bounds

  private static let own = [
    AdmissionMetrics.reviews:
      "Admission reviews by operation and verdict: allowed as is, patched, denied, or malformed.",
    AdmissionMetrics.ports: "Ports that a planned RayCluster's Service lists.",
    AdmissionMetrics.refusals: "RayClusters refused, by who could not work with them: ray, range, mesh or form.",
    AdmissionMetrics.warnings: "Warnings given to users, by kind.",
    AdmissionMetrics.duration: "Time from a whole review to its whole reply, without the network.",
    ServiceEndpoint.services: "Headless Services asked for over HTTP, by answer.",
    SyncEndpoint.syncs:
      "Metacontroller's calls, by answer: a Service attached, none as the cluster is unmanaged, or refused.",
    TimeGuard.budget: "What was left of a client's time when work on its request began.",
    TimeGuard.shed: "Requests turned away with 503, as the time that was left would not do.",
  ]
}
