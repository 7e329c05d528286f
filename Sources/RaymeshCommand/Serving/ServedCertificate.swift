internal import Certificates
internal import Dates
internal import Glibc
internal import Kubernetes
internal import Logging
internal import Metrics
internal import TLS
internal import Transport
internal import Webhook

/// The serving certificate, the task that keeps it current, and its health checks.
struct ServedCertificate {
  let certificate: ServingCertificate
  let ready: [HealthCheck]
  /// Logs the certificate that is served from the start, if it is known.
  let tell: @Sendable () -> Void
  /// Keeps the certificate current until the task is canceled.
  let keep: @Sendable () async throws -> Void

  /// Creates a certificate that follows its files.
  ///
  /// - Parameter loop: the loop to wait for changes on.
  /// - Throws: `ServingCertificateError` if the files cannot be used.
  init(
    _ files: ServingFiles, clientNames: [String], protocols: [String], on loop: EventLoop, log: Logger
  ) throws {
    let certificate = try ServingCertificate(files, clientNames: clientNames, protocols: protocols)
    let news = CertificateNews(log: log)
    let watch = CertificateWatch(certificate: certificate, files: files, loop: loop, news: news)
    self.certificate = certificate
    ready = [.validity(of: certificate)]
    tell = { if let facts = certificate.facts { news.loaded(facts) } }
    keep = { try await watch.run() }
  }

  /// Creates a self-managed certificate, with its own event loop.
  ///
  /// - Throws: `SystemError` if no thread can be started.
  init(
    _ settings: CertificateKeeper.Settings, access: ClusterAccess, clientNames: [String], protocols: [String],
    log: Logger
  ) throws {
    let certificate = ServingCertificate(clientNames: clientNames, protocols: protocols)
    let loops = try EventLoopGroup(count: 1)
    let news = CertificateNews(log: log)
    let keeper = CertificateKeeper(
      settings, access: access, serving: certificate, now: { time(nil) }, on: loops.first, log: log, tell: news.tell)
    self.certificate = certificate
    ready = [.validity(of: certificate), .trust(in: keeper.status)]
    tell = {}
    keep = {
      await keeper.run()
      // The loop's thread must live as long as the keeper runs.
      withExtendedLifetime(loops) {}
    }
  }
}

extension HealthCheck {
  /// Returns a check that a certificate is there and valid now.
  fileprivate static func validity(of certificate: ServingCertificate) -> HealthCheck {
    HealthCheck("certificate") {
      guard let facts = certificate.facts else { return "there is no serving certificate yet" }
      return facts.problem(at: time(nil))
    }
  }

  /// Returns a check that API servers have been told to trust the certificate. Later problems are only reported.
  fileprivate static func trust(in status: TrustStatus) -> HealthCheck {
    HealthCheck("ca-bundle", remark: { status.problem }) { status.obstacle }
  }
}

/// Reloads a serving certificate when its files change.
struct CertificateWatch {
  let certificate: ServingCertificate
  let files: ServingFiles
  let loop: EventLoop
  let news: CertificateNews
  private let thread = FileThread()

  init(certificate: ServingCertificate, files: ServingFiles, loop: EventLoop, news: CertificateNews) {
    (self.certificate, self.files, self.loop, self.news) = (certificate, files, loop, news)
  }

  /// Checks the files after every change, and every ten seconds, until the task is canceled or the loop fails.
  ///
  /// - Throws: `SystemError` if the kernel gives no watch.
  func run() async throws {
    guard let watch = try await watchDirectories() else { return }
    while await watch.change(until: .now + .seconds(10)) { await look(watch) }
  }

  /// Watches the directories; `nil` at shutdown. A volume that hangs blocks this, so it is retried.
  private func watchDirectories() async throws(SystemError) -> DirectoryWatch? {
    while true {
      if let made = try? await thread.run(
        files.names, on: loop,
        { [files, loop] in
          Result { () throws(SystemError) in try DirectoryWatch(files.directories, on: loop) }
        })
      {
        return try made.get()
      }
      guard !Task.isCancelled, await loop.sleep(until: .now + .milliseconds(100)) else { return nil }
    }
  }

  /// Checks the files. A certificate without its new key is no error yet, because they are written one after the other.
  private func look(_ watch: DirectoryWatch) async {
    let patience = Instant.now + .seconds(1)
    while true {
      let look = await look()
      if Task.isCancelled { return }
      guard case .refused = look, patience > .now, await watch.change(until: patience) else { return news.tell(look) }
    }
  }

  private func look() async -> ServingCertificate.Look {
    do throws(SystemError) {
      let material = try await thread.run(files.names, on: loop) { [files] in
        Result { () throws(SystemError) in try files.read() }
      }
      return certificate.look(at: try material.get(), second: time(nil))
    } catch { return .refused("\(error)") }
  }
}

/// Logs and counts changes of the serving certificate, from any source.
struct CertificateNews: Sendable {
  private let log: Logger
  private let notAfter = Gauge(label: CertificateNews.notAfter)
  private let replaced = Counter(label: CertificateNews.looks, dimensions: [("result", "replaced")])
  private let refused = Counter(label: CertificateNews.looks, dimensions: [("result", "refused")])

  private static let notAfter = "raymesh_certificate_not_after_timestamp_seconds"
  private static let looks = "raymesh_certificate_reloads_total"

  /// The help texts of its metrics, by name.
  static let help = [
    notAfter: "Expiry of the serving certificate, in seconds since 1970.",
    looks: "Attempts to load a new serving certificate, by result: replaced or refused.",
  ]

  init(log: Logger) { self.log = log }

  /// Reports the certificate that is served from the start.
  func loaded(_ facts: CertificateFacts) { tell(of: facts, "serving certificate loaded") }

  /// Reports the result of a check for a new certificate.
  func tell(_ look: ServingCertificate.Look) {
    switch look {
    case .unchanged: return
    case .replaced(let facts):
      replaced.increment()
      tell(of: facts, "serving certificate replaced")
    case .refused(let reason):
      refused.increment()
      log.error("serving certificate rejected, keeping the current one", metadata: ["error": "\(reason)"])
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

  /// The remaining seconds below which a warning is logged: a week.
  private static let soon = 7 * 24 * 3600
}
