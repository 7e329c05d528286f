public import Kubernetes
public import Logging
public import TLS
public import Transport

/// Keeps an authority and a serving certificate in a Secret, tells API servers to trust it, and serves with it. Each
/// replica does the same, and the first to write wins.
public struct CertificateKeeper: Sendable {
  /// What an operator decides about it.
  public struct Settings: Sendable {
    let secret: ObjectKey
    let configuration: String
    let hosts: [CertificateHost]
    let clientAuthority: String?
    /// For how long an authority must have stood in every caBundle before a certificate of its is served.
    var settling = Lifetimes.settling

    /// The decisions.
    ///
    /// - Parameters:
    ///   - secret: where the certificates are kept.
    ///   - configuration: the name of the MutatingWebhookConfiguration whose caBundles are kept.
    ///   - hosts: what the serving certificate is for.
    ///   - clientAuthority: the file of the authorities that clients' certificates must come from; `nil` where they need
    ///     none.
    public init(secret: ObjectKey, configuration: String, hosts: [CertificateHost], clientAuthority: String?) {
      (self.secret, self.configuration, self.hosts) = (secret, configuration, hosts)
      self.clientAuthority = clientAuthority
    }
  }

  /// Whether API servers trust what is served.
  public let status = TrustStatus()

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
  ///   - serving: what is served, nothing at first.
  ///   - now: the time, since 1970.
  ///   - loop: what all of it runs on; when it drains, the keeper ends.
  ///   - tell: told of each certificate that is served, or refused.
  public init(
    _ settings: Settings, access: ClusterAccess, serving: ServingCertificate, now: @escaping @Sendable () -> Int,
    on loop: EventLoop, log: Logger, tell: @escaping @Sendable (ServingCertificate.Look) -> Void
  ) {
    (self.settings, self.access, self.serving, self.now) = (settings, access, serving, now)
    (self.loop, self.log, self.tell) = (loop, log, tell)
    troubles = TroubleLog(log)
  }

  /// Goes on until the loop drains, or the task is cancelled.
  public func run() async {
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
  public func drain() { loop.enter(.draining) }

  private var secret: SecretStore { SecretStore(key: settings.secret) }
  private var configuration: ConfigurationStore { ConfigurationStore(name: settings.configuration) }

  /// A watch only says that there is something to see: what is decided is decided by what is read then.
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

  /// Rings when it is time to.
  private func tick() async {
    while await loop.sleep(until: .now + .milliseconds(100), endedBy: .draining) { bell.tick(at: .now) }
    bell.close()
  }
}
