internal import TLS

/// What became of certificates, for metrics and the log.
enum RotationStep: String, CaseIterable, Sendable {
  /// There was nothing to go on with: all is new.
  case created
  /// The Secret was missing or unreadable, and was restored from memory.
  case restored
  /// A new serving certificate, from the same authority.
  case renewed
  /// A next authority, which is to be trusted beside the one that signs.
  case announced
  /// The next authority signs from now on, and has signed a new serving certificate.
  case switched
  /// Former authorities are no longer trusted.
  case retired
}

/// What is to be done with the Secret.
enum RotationDecision {
  case keep(StoredCertificates)
  case write(StoredCertificates, RotationStep)
  /// It is somebody else's, and why it is not ours.
  case leave(String)
}

/// Decides what the Secret should hold, from what it holds, from what API servers trust, and from the time.
struct RotationPlanner {
  /// What the serving certificate is for.
  let hosts: [CertificateHost]
  /// The time, since 1970.
  let second: Int
  /// The authorities that stand in every caBundle.
  let live: [Certificate]
  /// The fingerprints of those that have stood there for long enough.
  let settled: Set<[UInt8]>

  /// - Parameter remembered: what was last known of a Secret that was good.
  /// - Throws: `TLSError` where OpenSSL has no randomness or memory.
  func decide(_ found: FoundSecret, remembered: StoredCertificates?) throws(TLSError) -> RotationDecision {
    switch found {
    case .unusable(let reason, isOurs: false): return .leave(reason)
    case .unusable:
      guard let stored = known(remembered) else { return try create() }
      return .write(stored, .restored)
    case .absent:
      guard var stored = known(remembered) else { return try create() }
      // Whoever deletes it may want other keys.
      if stored.next == nil { stored.next = try newAuthority() }
      return .write(stored, .restored)
    case .usable(let stored, let asked):
      guard isValid(stored.authority.certificate) else { return try create() }
      return try advance(stored, asked: asked)
    }
  }

  private func known(_ remembered: StoredCertificates?) -> StoredCertificates? {
    remembered.flatMap { isValid($0.authority.certificate) ? $0 : nil }
  }

  private func create() throws(TLSError) -> RotationDecision {
    var stored = StoredCertificates(authority: try newAuthority())
    // Replicas may still serve what those have signed: who comes from other certificates, or has lost the Secret.
    stored.previous = Array(live.filter(isValid).prefix(RotationPlanner.mostAdopted))
    stored.pair = try ServingPair(for: hosts, from: stored.authority, at: second)
    return .write(stored, .created)
  }

  private func advance(_ stored: StoredCertificates, asked: RotationRequest?) throws(TLSError) -> RotationDecision {
    if let next = stored.next, settled.contains(next.certificate.fingerprint) { return try complete(stored, next) }
    var stored = stored
    let isAnnouncing =
      stored.next == nil
      && (asked == .authority || Lifetimes.isDue(stored.authority.certificate.facts, at: second))
    if isAnnouncing { stored.next = try newAuthority() }
    if try fault(of: stored.pair, from: stored.authority) != nil || asked == .certificate {
      // Somebody may have put an authority there that may not sign for such hosts.
      guard let pair = try? ServingPair(for: hosts, from: stored.authority, at: second),
        try fault(of: pair, from: stored.authority) == nil
      else { return try create() }
      stored.pair = pair
      return .write(stored, isAnnouncing ? .announced : .renewed)
    }
    if isAnnouncing { return .write(stored, .announced) }
    return retire(stored)
  }

  /// The next authority takes over.
  private func complete(_ stored: StoredCertificates, _ next: CertificateAuthority) throws(TLSError) -> RotationDecision
  {
    guard isValid(next.certificate) else { return try create() }
    var stored = stored
    stored.previous = ([stored.authority.certificate] + stored.previous).filter(isValid)
    (stored.authority, stored.next) = (next, nil)
    stored.pair = try ServingPair(for: hosts, from: next, at: second)
    return .write(stored, .switched)
  }

  private func retire(_ stored: StoredCertificates) -> RotationDecision {
    let since = stored.pair?.certificate.facts.notBefore ?? second
    guard !stored.previous.isEmpty, since + Lifetimes.retirement <= second else { return .keep(stored) }
    var stored = stored
    stored.previous = []
    return .write(stored, .retired)
  }

  /// Why a pair should be replaced, `nil` where it should not.
  private func fault(of pair: ServingPair?, from authority: CertificateAuthority) throws(TLSError) -> String? {
    guard let pair else { return "there is none" }
    return try pair.fault(for: hosts, from: authority, at: second)
  }

  private func newAuthority() throws(TLSError) -> CertificateAuthority {
    try CertificateAuthority(named: "raymesh", days: Lifetimes.authorityDays, at: second)
  }

  private func isValid(_ certificate: Certificate) -> Bool { certificate.facts.isValid(at: second) }

  /// More than a rotation leaves, and few enough to be verified against.
  private static let mostAdopted = 8
}

/// How long what Raymesh makes is good for.
enum Lifetimes {
  /// Ten years: its change touches every API server.
  static let authorityDays = 3650
  static let certificateDays = 90

  /// How long an authority must have been in every caBundle, unchanged, before Raymesh serves a certificate from it.
  ///
  /// An API server learns of a change through a watch. If the watch breaks, client-go retries after 30 s at most, or twice
  /// that with jitter (`NewReflectorWithOptions`, `tools/cache/reflector.go`).
  static let settling = Duration.seconds(60)

  /// For how many seconds after a new certificate began an authority of former ones stays in the caBundles: within that
  /// every replica has loaded the new one, or has not reached an API server for an hour.
  static let retirement = 3600

  /// Whether something is to be renewed: at two thirds of its life, as cert-manager does it too. So there is a third of it
  /// left in which somebody may notice that it is not.
  static func isDue(_ facts: CertificateFacts, at second: Int) -> Bool {
    facts.notBefore + (facts.notAfter - facts.notBefore) / 3 * 2 <= second
  }
}
