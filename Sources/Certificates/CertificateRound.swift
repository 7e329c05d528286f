internal import Kubernetes
internal import Logging
internal import Names
internal import TLS
internal import Transport

/// One round over the certificates: it reads the Secret and the configuration, writes what they should hold, serves
/// what may be served, and verifies that API servers trust it.
final class CertificateRound {
  /// The outcome of a round.
  enum Outcome {
    /// Everything is in order. The next round starts at this time at the latest.
    case done(next: Instant)
    /// Somebody else has written in between.
    case overtaken
    case failed
  }

  private let secret: SecretStore
  private let configuration: ConfigurationStore
  private let settings: CertificateKeeper.Settings
  private let serving: ServingCertificate
  private let status: TrustStatus
  private let now: @Sendable () -> Int
  private let troubles: TroubleLog
  private let tell: @Sendable (ServingCertificate.Look) -> Void
  private let client: KubernetesClient
  private let loop: EventLoop
  private let files = FileThread()
  private var history: TrustHistory
  /// The last contents of the Secret that were read or written.
  private var remembered: StoredCertificates?
  /// Whether they are what the Secret holds in this round.
  private var isCurrent = false
  /// The served certificate, and the fingerprint of the authority that signed it.
  private var served: Certificate?
  private var servedAuthority: [UInt8] = []

  init(
    secret: SecretStore, configuration: ConfigurationStore, settings: CertificateKeeper.Settings,
    serving: ServingCertificate, status: TrustStatus, now: @escaping @Sendable () -> Int, troubles: TroubleLog,
    tell: @escaping @Sendable (ServingCertificate.Look) -> Void, client: KubernetesClient, on loop: EventLoop
  ) {
    (self.secret, self.configuration, self.settings) = (secret, configuration, settings)
    (self.client, self.loop) = (client, loop)
    (self.serving, self.status, self.now, self.troubles, self.tell) = (serving, status, now, troubles, tell)
    history = TrustHistory(settling: settings.settling)
  }

  func make() async -> Outcome {
    var live = await readConfiguration()
    let kept = await attempt(.secret) { () async throws(AuthorityError) in try await keepSecret(live) }
    guard var isWell = kept else { return .overtaken }
    isWell = isWell && live != nil
    if let remembered {
      // Contents that are not current may be older than what another replica has published, so they only fill empty
      // caBundles.
      if let known = live, isCurrent || known.isEmpty {
        let told = await attempt(.configuration) { () async throws(AuthorityError) in
          live = try await publish(remembered, known)
        }
        guard let told else { return .overtaken }
        isWell = isWell && told
      }
      await serve(remembered, live)
    }
    verify(live)
    guard isWell else { return .failed }
    let poll = Instant.now + .seconds(.random(in: 50...60))
    return .done(next: min(poll, history.settles(after: .now) ?? poll))
  }

  /// Returns whether something succeeded, or `nil` if somebody else has written in between.
  private func attempt(_ spot: TroubleSpot, _ body: () async throws(AuthorityError) -> Void) async -> Bool? {
    do throws(AuthorityError) {
      try await body()
      troubles.clear(spot)
      return true
    } catch {
      if error.isConflict { return nil }
      troubles.tell(spot, "\(error)")
      return false
    }
  }

  private func readConfiguration() async -> LiveConfiguration? {
    do throws(AuthorityError) {
      let live = try await configuration.read(client)
      saw(live)
      return live
    } catch {
      history.lost()
      troubles.tell(.configuration, "\(error)")
      return nil
    }
  }

  private func saw(_ live: LiveConfiguration) {
    history.saw(live.common.map(\.fingerprint), in: live.version, at: .now)
  }

  /// Reads the Secret, and writes it if that is due.
  private func keepSecret(_ live: LiveConfiguration?) async throws(AuthorityError) {
    isCurrent = false
    let record: SecretRecord?
    do throws(KubernetesError) { record = try await secret.read(client) } catch { throw .kubernetes(error) }
    if let word = record?.oddRequest { tell(ofRequest: word) }
    let found = record?.found ?? .absent
    let decision = try decide(found, live)
    // The current contents are served, whether or not something better can be written.
    if case .usable(let stored, _) = found { know(stored) }
    switch decision {
    case .keep: break
    case .leave(let reason):
      throw .certificates("Secret \(settings.secret) is not Raymesh's, and is left unchanged: \(reason)")
    case .write(let stored, let step):
      if case .unusable(let reason, _) = found { troubles.tell(.secret, "Secret \(settings.secret): \(reason)") }
      try await secret.write(stored, over: record, by: client)
      know(stored)
      troubles.counts.count(step)
      troubles.log.notice(
        "certificates written", metadata: ["secret": "\(settings.secret)", "step": "\(step.rawValue)"])
    }
  }

  private func know(_ stored: StoredCertificates) { (remembered, isCurrent) = (stored, true) }

  private func tell(ofRequest word: String) {
    let expected = RotationRequest.allCases.map(\.rawValue).joined(separator: " or ")
    troubles.tell(.secret, "annotation \(Annotation<String>.rotate): found '\(word)', expected \(expected)")
  }

  private func decide(_ found: FoundSecret, _ live: LiveConfiguration?) throws(AuthorityError) -> RotationDecision {
    let planner = RotationPlanner(
      hosts: settings.hosts, second: now(), live: live?.common ?? [], settled: history.settled(at: .now))
    do throws(TLSError) { return try planner.decide(found, remembered: remembered) } catch {
      throw .certificates("\(error)")
    }
  }

  /// Writes the trusted authorities into the caBundles. Returns the configuration as it is then.
  private func publish(
    _ stored: StoredCertificates, _ live: LiveConfiguration
  ) async throws(AuthorityError) -> LiveConfiguration {
    troubles.counts.record(notAfter: stored.authority.certificate.facts.notAfter)
    let bundle: [UInt8]
    do throws(TLSError) { bundle = try stored.bundle() } catch { throw .certificates("\(error)") }
    guard let repaired = try await configuration.repair(live, to: bundle, by: client) else { return live }
    troubles.counts.countRepair()
    troubles.log.notice(
      "caBundle written",
      metadata: ["configuration": "\(settings.configuration)", "authorities": "\(stored.trusted.count)"])
    saw(repaired)
    return repaired
  }

  /// Serves with what the Secret holds. As long as API servers trust the served certificate, and the new authority has
  /// not settled, the served certificate stays.
  private func serve(_ stored: StoredCertificates, _ live: LiveConfiguration?) async {
    guard let pair = stored.pair else { return }
    let authority = stored.authority.certificate.fingerprint
    let isSettled = authority == servedAuthority || history.settled(at: .now).contains(authority)
    if let served, !isSettled, isTrusted(served, live) { return }
    do {
      let look = serving.look(
        at: pair.certificate, key: pair.key, clientAuthority: try await clientAuthority(),
        named: SecretEntry.certificate.rawValue, second: now())
      tell(look)
      if case .refused(let reason) = look { return troubles.tell(.certificate, reason) }
      (served, servedAuthority) = (pair.certificate, authority)
      troubles.clear(.certificate)
    } catch { troubles.tell(.certificate, "\(error)") }
  }

  /// Reads the authorities that clients' certificates must come from.
  private func clientAuthority() async throws(SystemError) -> NamedPEM? {
    guard let path = settings.clientAuthority else { return nil }
    return try await files.run(path, on: loop) {
      Result { () throws(SystemError) in try NamedPEM(file: path) }
    }.get()
  }

  /// Whether API servers trust a certificate. If nobody can tell, the answer is yes while the certificate is valid, and
  /// the served certificate stays.
  private func isTrusted(_ certificate: Certificate, _ live: LiveConfiguration?) -> Bool {
    guard let live else { return certificate.facts.isValid(at: now()) }
    do { return try live.problem(of: certificate, at: now()) == nil } catch { return true }
  }

  private func verify(_ live: LiveConfiguration?) {
    let name = "MutatingWebhookConfiguration \(settings.configuration)"
    var problem: String?
    if let served {
      problem = live == nil ? "\(name) cannot be read" : nil
      do { problem = try problem ?? live?.problem(of: served, at: now()).map { "\(name): \($0)" } } catch {
        problem = "\(error)"
      }
    } else {
      problem = "there is no serving certificate yet"
    }
    guard status.set(problem) else { return }
    if let problem {
      troubles.log.error("serving certificate not verified", metadata: ["error": "\(problem)"])
    } else {
      troubles.log.notice("serving certificate verified", metadata: ["configuration": "\(settings.configuration)"])
    }
  }
}
