package import Kubernetes
package import Logging
package import TLS
package import Transport

/// Keeps an authority and a serving certificate in a Secret, makes API servers trust the authority, and serves with the
/// certificate. Every replica does the same, and the first write wins.
package struct CertificateKeeper: Sendable {
  /// The settings of a keeper.
  package struct Settings: Sendable {
    let secret: ObjectKey
    let configuration: String
    let hosts: [CertificateHost]
    let clientAuthority: String?
    /// How long an authority must have stood in every caBundle before a certificate from it is served.
    var settling = Lifetimes.settling

    /// The settings.
    ///
    /// - Parameters:
    ///   - secret: the Secret that holds the certificates.
    ///   - configuration: the name of the MutatingWebhookConfiguration whose caBundles are kept up to date.
    ///   - hosts: the hosts that the serving certificate is for.
    ///   - clientAuthority: the file of the authorities that clients' certificates must come from; `nil` if clients
    ///     need no certificate.
    package init(secret: ObjectKey, configuration: String, hosts: [CertificateHost], clientAuthority: String?) {
      (self.secret, self.configuration, self.hosts) = (secret, configuration, hosts)
      self.clientAuthority = clientAuthority
    }
  }

  /// Whether API servers trust the serving certificate.
  package let status = TrustStatus()

  private let settings: Settings
  private let access: ClusterAccess
  private let serving: ServingCertificate
  private let now: @Sendable () -> Int
  private let loop: EventLoop
  private let log: Logger
  private let troubles: TroubleLog
  private let tell: @Sendable (ServingCertificate.Look) -> Void
  private let bell = Doorbell()

  /// - Parameters:
  ///   - serving: the served certificate, which has none at first.
  ///   - now: returns the seconds since 1970.
  ///   - loop: the loop that everything runs on. The keeper ends when it drains.
  ///   - tell: called with each certificate that is served or rejected.
  package init(
    _ settings: Settings, access: ClusterAccess, serving: ServingCertificate, now: @escaping @Sendable () -> Int,
    on loop: EventLoop, log: Logger, tell: @escaping @Sendable (ServingCertificate.Look) -> Void
  ) {
    (self.settings, self.access, self.serving, self.now) = (settings, access, serving, now)
    (self.loop, self.log, self.tell) = (loop, log, tell)
    troubles = TroubleLog(log)
  }

  /// Runs until the loop drains, or the task is canceled.
  package func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup { group in
        for resource in watched {
          group.addTask(executorPreference: loop) {
            await Reflector(resource, access: access, loop: loop, log: log).run()
          }
        }
        group.addTask(executorPreference: loop) { await tick() }
        group.addTask(executorPreference: loop) { await makeRounds() }
      }
    } onCancel: {
      drain()
    }
  }

  /// Ends the keeper.
  package func drain() { loop.enter(.draining) }

  private var secret: SecretStore { SecretStore(key: settings.secret) }
  private var configuration: ConfigurationStore { ConfigurationStore(name: settings.configuration) }

  /// The watched objects. A watch only starts a round, which decides by what it reads itself.
  private var watched: [WatchedResource] {
    [secret.watched { bell.ring() }, configuration.watched { bell.ring() }]
  }

  private func makeRounds() async {
    let round = CertificateRound(
      secret: secret, configuration: configuration, settings: settings, serving: serving, status: status, now: now,
      troubles: troubles, tell: tell, client: KubernetesClient(access, on: loop), on: loop)
    var failures = 0
    while await bell.isRung() {
      switch await round.make() {
      case .done(let next):
        failures = 0
        bell.ring(at: next)
      case .overtaken:
        bell.ring(at: .now + Backoff.items.pause(after: failures, jitter: .random(in: 0...1)))
        failures += 1
      case .failed:
        bell.ring(at: .now + Backoff.watches.pause(after: failures, jitter: .random(in: 0...1)))
        failures += 1
      }
    }
  }

  /// Starts the rounds that are due.
  private func tick() async {
    while await loop.sleep(until: .now + .milliseconds(100), endedBy: .draining) { bell.tick(at: .now) }
    bell.close()
  }
}
