/// What each metric of the webhook means, for the `# HELP` lines.
public enum MetricsHelp {
  /// The meanings by name.
  public static let texts = [
    AdmissionMetrics.reviews: "Admission reviews by answer: allowed as they are, patched, denied, or malformed.",
    AdmissionMetrics.duration: "Time from a whole review to its whole reply, without the network.",
    ServiceEndpoint.services: "Headless Services asked for over HTTP, by answer.",
  ]
}
