internal import Certificates
internal import Controller
internal import Kubernetes
internal import Webhook

/// What all metrics of a command mean.
enum MetricsTexts {
  /// Of `raymesh serve`.
  static let serve = merged([
    MetricsHelp.texts, CertificateNews.help, AuthorityMetrics.help, ControllerMetrics.help, WatchMetrics.help,
  ])
  /// Of `raymesh control`.
  static let control = merged([MetricsHelp.texts, ControllerMetrics.help, WatchMetrics.help])

  private static func merged(_ texts: [[String: String]]) -> [String: String] {
    texts.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
  }
}
