internal import Kubernetes
internal import Logging
internal import Names
internal import TLS
internal import Transport

/// One look at everything, again and again: reads Secret and configuration, writes what should be in them, serves with
/// what may be served, and verifies that.
final class CertificateRound {
  /// What came of it.
  enum Outcome {
    /// All is as it can be; when to look again, whatever happens.
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
  /// What was last known to be in the Secret.
  private var remembered: StoredCertificates?
  /// Whether that is what is in the Secret in this round.
  private var isCurrent = false
  /// What is served, and the fingerprint of the authority that signed it.
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
      // What is not current may be older than what another replica has published, so it only fills what is empty.
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

  /// Whether something went well; `nil` where somebody else has written in between.
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

  /// Reads the Secret, and writes it where that is due.
  private func keepSecret(_ live: LiveConfiguration?) async throws(AuthorityError) {
    isCurrent = false
    let record: SecretRecord?
    do throws(KubernetesError) { record = try await secret.read(client) } catch { throw .kubernetes(error) }
    if let word = record?.oddRequest { tell(ofRequest: word) }
    let found = record?.found ?? .absent
    let decision = try decide(found, live)
    // What is there serves, whether or not something better can be written.
    if case .usable(let stored, _) = found { know(stored) }
    switch decision {
    case .keep: break
    case .leave(let reason):
      throw .certificates("Secret \(settings.secret) is not Raymesh's, and stays as it is: \(reason)")
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

  /// Tells API servers whom to trust; gives what they are told then.
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

  /// Serves with what the Secret holds. While API servers trust what is served, and have not yet been told of another
  /// authority for long enough, that goes on.
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

  /// The authorities that clients' certificates must come from, as their file has them now.
  private func clientAuthority() async throws(SystemError) -> NamedPEM? {
    guard let path = settings.clientAuthority else { return nil }
    return try await files.run(path, on: loop) {
      Result { () throws(SystemError) in try NamedPEM(file: path) }
    }.get()
  }

  /// Where nobody knows, what is served is left alone.
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
