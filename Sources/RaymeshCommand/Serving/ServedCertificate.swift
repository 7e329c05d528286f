internal import Certificates
internal import Dates
internal import Glibc
internal import Kubernetes
internal import Logging
internal import Metrics
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

/// Keeps a serving certificate as its files are.
struct CertificateWatch {
  let certificate: ServingCertificate
  let files: ServingFiles
  let loop: EventLoop
  let news: CertificateNews
  private let thread = FileThread()

  init(certificate: ServingCertificate, files: ServingFiles, loop: EventLoop, news: CertificateNews) {
    (self.certificate, self.files, self.loop, self.news) = (certificate, files, loop, news)
  }

  /// Looks at every change, and every ten seconds, until the task is cancelled or the loop breaks off.
  ///
  /// - Throws: `SystemError` where the kernel gives no watch.
  func run() async throws {
    guard let watch = try await watchDirectories() else { return }
    while await watch.change(until: .now + .seconds(10)) { await look(watch) }
  }

  /// Watching a directory looks it up, and hangs if its volume does; then it is tried again. `nil` at the end.
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

  /// Who writes certificate and key one after the other must not be told off for the half.
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
