internal import Certificates
internal import Glibc
internal import Kubernetes
internal import Logging
internal import TLS
internal import Transport
internal import Webhook

/// The certificate that is served, what keeps it, and what must be so for it to serve.
struct ServedCertificate {
  let certificate: ServingCertificate
  let ready: [HealthCheck]
  /// Says what is served from the start, where that is known.
  let tell: @Sendable () -> Void
  /// Goes on until the task is cancelled.
  let keep: @Sendable () async throws -> Void

  /// One that follows its files.
  ///
  /// - Parameter loop: where to wait for their changes.
  /// - Throws: `ServingCertificateError` where they cannot be used.
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

  /// One that manages itself, on a loop of its own.
  ///
  /// - Throws: `SystemError` where there is no thread for that.
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
      // The loop's thread stays as long as the keeper runs.
      withExtendedLifetime(loops) {}
    }
  }
}

extension HealthCheck {
  /// Whether there is a certificate that is valid now.
  fileprivate static func validity(of certificate: ServingCertificate) -> HealthCheck {
    HealthCheck("certificate") {
      guard let facts = certificate.facts else { return "there is no serving certificate yet" }
      return facts.problem(at: time(nil))
    }
  }

  /// Whether API servers have been told to trust it; what is wrong with that later on is only told.
  fileprivate static func trust(in status: TrustStatus) -> HealthCheck {
    HealthCheck("ca-bundle", remark: { status.problem }) { status.obstacle }
  }
}
