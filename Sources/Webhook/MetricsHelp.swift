internal import HTTP

/// What each metric of the webhook means, for the `# HELP` lines.
public enum MetricsHelp {
  /// The meanings by name.
  public static let texts = HTTPMetrics.help.merging(own) { _, own in own }

  private static let own = [
    AdmissionMetrics.reviews: "Admission reviews by answer: allowed as they are, patched, denied, or malformed.",
    AdmissionMetrics.duration: "Time from a whole review to its whole reply, without the network.",
    ServiceEndpoint.services: "Headless Services asked for over HTTP, by answer.",
    TimeGuard.budget: "What was left of a client's time when work on its request began.",
    TimeGuard.shed: "Requests turned away with 503, as the time that was left would not do.",
  ]
}
