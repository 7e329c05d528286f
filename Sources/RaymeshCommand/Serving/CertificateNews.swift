internal import Dates
internal import Glibc
internal import Logging
internal import Metrics
internal import TLS

/// Tells what is served, wherever it comes from.
struct CertificateNews: Sendable {
  private let log: Logger
  private let notAfter = Gauge(label: CertificateNews.notAfter)
  private let replaced = Counter(label: CertificateNews.looks, dimensions: [("result", "replaced")])
  private let refused = Counter(label: CertificateNews.looks, dimensions: [("result", "refused")])

  private static let notAfter = "raymesh_certificate_not_after_timestamp_seconds"
  private static let looks = "raymesh_certificate_reloads_total"

  /// What its metrics mean, by name.
  static let help = [
    notAfter: "Until when the serving certificate is valid, since 1970.",
    looks: "New serving certificates, by what became of them: replaced or refused.",
  ]

  init(log: Logger) { self.log = log }

  /// The one that is served from the start.
  func loaded(_ facts: CertificateFacts) { tell(of: facts, "serving certificate loaded") }

  /// What came of a look at what may be another.
  func tell(_ look: ServingCertificate.Look) {
    switch look {
    case .unchanged: return
    case .replaced(let facts):
      replaced.increment()
      tell(of: facts, "serving certificate replaced")
    case .refused(let reason):
      refused.increment()
      log.error("serving certificate refused, the old one goes on", metadata: ["error": "\(reason)"])
    }
  }

  private func tell(of facts: CertificateFacts, _ event: Logger.Message) {
    notAfter.record(facts.notAfter)
    let left = facts.notAfter - time(nil)
    log.log(
      level: left < CertificateNews.soon ? .warning : .notice, event,
      metadata: [
        "notBefore": "\(UTCTime(secondsSince1970: facts.notBefore).rfc3339)",
        "notAfter": "\(UTCTime(secondsSince1970: facts.notAfter).rfc3339)",
        "names": "\(facts.names)", "issuer": "\(facts.issuer)",
      ])
  }

  /// Seconds of life below which an operator should know: a week.
  private static let soon = 7 * 24 * 3600
}
