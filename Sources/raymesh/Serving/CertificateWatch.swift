internal import Glibc
internal import Logging
internal import Metrics
internal import Transport

/// Keeps a serving certificate as its files are, and tells what it does.
struct CertificateWatch {
  let certificate: ServingCertificate
  let directories: Set<String>
  let loop: EventLoop
  let log: Logger
  private let notAfter = Gauge(label: CertificateWatch.notAfter)
  private let replaced = Counter(label: CertificateWatch.looks, dimensions: [("result", "replaced")])
  private let refused = Counter(label: CertificateWatch.looks, dimensions: [("result", "refused")])

  static let notAfter = "raymesh_certificate_not_after_timestamp_seconds"
  static let looks = "raymesh_certificate_reloads_total"

  /// What its metrics mean, by name.
  static let help = [
    notAfter: "Until when the serving certificate is valid, since 1970.",
    looks: "New serving certificates, by what became of them: replaced or refused.",
  ]

  init(_ certificate: ServingCertificate, in directories: Set<String>, on loop: EventLoop, log: Logger) {
    (self.certificate, self.directories, self.loop, self.log) = (certificate, directories, loop, log)
  }

  /// Looks at every change, and every ten seconds, until the task is cancelled.
  ///
  /// - Throws: `SystemError` where the kernel gives no watch.
  func run() async throws {
    tell(of: certificate.facts, "serving certificate loaded")
    let watch = try DirectoryWatch(directories, on: loop)
    while !Task.isCancelled {
      await watch.change(until: .now + .seconds(10))
      await look(watch)
    }
  }

  /// Who writes certificate and key one after the other must not be told off for the half.
  private func look(_ watch: DirectoryWatch) async {
    let patience = ContinuousClock.now + .seconds(1)
    while true {
      switch certificate.look() {
      case .unchanged: return
      case .replaced(let facts):
        replaced.increment()
        return tell(of: facts, "serving certificate replaced")
      case .refused(let reason):
        guard patience <= .now || Task.isCancelled else { await watch.change(until: patience); continue }
        refused.increment()
        return log.error("serving certificate refused, the old one goes on", metadata: ["error": "\(reason)"])
      }
    }
  }

  private func tell(of facts: CertificateFacts, _ event: Logger.Message) {
    notAfter.record(facts.notAfter)
    let left = facts.notAfter - time(nil)
    log.log(
      level: left < CertificateWatch.soon ? .warning : .notice, event,
      metadata: [
        "notBefore": "\(RFC3339.text(at: facts.notBefore))", "notAfter": "\(RFC3339.text(at: facts.notAfter))",
        "names": "\(facts.names)", "issuer": "\(facts.issuer)",
      ])
  }

  /// Seconds of life below which an operator should know: a week.
  private static let soon = 7 * 24 * 3600
}
