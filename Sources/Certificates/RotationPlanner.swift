internal import TLS

/// A change of the certificates, for metrics and the log.
enum RotationStep: String, CaseIterable, Sendable {
  /// There was nothing to keep, so everything is new.
  case created
  /// The Secret was missing or unreadable, and was restored from memory.
  case restored
  /// A new serving certificate, from the same authority.
  case renewed
  /// A next authority, which is trusted beside the current one.
  case announced
  /// The next authority has become the current one, and has signed a new serving certificate.
  case switched
  /// Former authorities are no longer trusted.
  case retired
}

/// What to do with the Secret.
enum RotationDecision {
  case keep(StoredCertificates)
  case write(StoredCertificates, RotationStep)
  /// The Secret is somebody else's, and the reason why it is not ours.
  case leave(String)
}

/// Decides what the Secret should hold, from its contents, from what API servers trust, and from the time.
struct RotationPlanner {
  /// The hosts that the serving certificate is for.
  let hosts: [CertificateHost]
  /// The seconds since 1970.
  let second: Int
  /// The authorities that stand in every caBundle.
  let live: [Certificate]
  /// The fingerprints of the authorities that have stood there for long enough.
  let settled: Set<[UInt8]>

  /// - Parameter remembered: the last usable contents of the Secret.
  /// - Throws: `TLSError` if OpenSSL has no randomness or memory.
  func decide(_ found: FoundSecret, remembered: StoredCertificates?) throws(TLSError) -> RotationDecision {
    switch found {
    case .unusable(let reason, isOurs: false): return .leave(reason)
    case .unusable:
      guard let stored = cached(remembered) else { return try create() }
      return .write(stored, .restored)
    case .absent:
      guard var stored = cached(remembered) else { return try create() }
      // Somebody who deletes the Secret may want other keys.
      if stored.next == nil { stored.next = try newAuthority() }
      return .write(stored, .restored)
    case .usable(let stored, let asked):
      guard isValid(stored.authority.certificate) else { return try create() }
      return try advance(stored, asked: asked)
    }
  }

  private func cached(_ remembered: StoredCertificates?) -> StoredCertificates? {
    remembered.flatMap { isValid($0.authority.certificate) ? $0 : nil }
  }

  private func create() throws(TLSError) -> RotationDecision {
    var stored = StoredCertificates(authority: try newAuthority())
    // Replicas may still serve certificates from these, if the Secret is lost or replaces another source of
    // certificates.
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
      // Somebody may have stored an authority that may not sign for these hosts.
      guard let pair = try? ServingPair(for: hosts, from: stored.authority, at: second),
        try fault(of: pair, from: stored.authority) == nil
      else { return try create() }
      stored.pair = pair
      return .write(stored, isAnnouncing ? .announced : .renewed)
    }
    if isAnnouncing { return .write(stored, .announced) }
    return retire(stored)
  }

  /// Makes the next authority the current one.
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

  /// Returns why a pair should be replaced, or `nil` if it should not.
  private func fault(of pair: ServingPair?, from authority: CertificateAuthority) throws(TLSError) -> String? {
    guard let pair else { return "there is none" }
    return try pair.fault(for: hosts, from: authority, at: second)
  }

  private func newAuthority() throws(TLSError) -> CertificateAuthority {
    try CertificateAuthority(named: "raymesh", days: Lifetimes.authorityDays, at: second)
  }

  private func isValid(_ certificate: Certificate) -> Bool { certificate.facts.isValid(at: second) }

  /// More than a rotation leaves, and few enough to verify against.
  private static let mostAdopted = 8
}

/// The lifetimes of certificates.
enum Lifetimes {
  /// Ten years, since every API server has to learn of a new authority.
  static let authorityDays = 3650
  static let certificateDays = 90

  /// How long an authority must have been in every caBundle, unchanged, before Raymesh serves a certificate from it.
  ///
  /// An API server learns of a change through a watch. If the watch breaks, client-go retries after 30 s at most, or twice
  /// that with jitter (`NewReflectorWithOptions`, `tools/cache/reflector.go`).
  static let settling = Duration.seconds(60)

  /// For how many seconds former authorities stay in the caBundles after a new certificate is issued. By then every
  /// replica has loaded the new certificate, or has not reached an API server for an hour.
  static let retirement = 3600

  /// Whether a certificate has to be renewed: at two thirds of its life, as cert-manager does. So a third of it is left
  /// in which somebody may notice that the renewal fails.
  static func isDue(_ facts: CertificateFacts, at second: Int) -> Bool {
    facts.notBefore + (facts.notAfter - facts.notBefore) / 3 * 2 <= second
  }
}
