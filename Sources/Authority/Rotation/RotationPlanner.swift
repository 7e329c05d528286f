internal import Transport

/// What became of certificates, for metrics and the log.
enum RotationStep: String, CaseIterable, Sendable {
  /// There was nothing to go on with: all is new.
  case created
  /// The Secret was gone, or could not be read, and was put back as it was known.
  case restored
  /// A new serving certificate, from the same authority.
  case renewed
  /// A next authority, which is to be trusted beside the one that signs.
  case announced
  /// The next authority signs from now on, and has signed a new serving certificate.
  case switched
  /// Former authorities are trusted no more.
  case retired
}

/// What is to be done with the Secret.
enum RotationDecision {
  case keep(Holdings)
  case write(Holdings, RotationStep)
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
  func decide(_ found: FoundSecret, remembered: Holdings?) throws(TLSError) -> RotationDecision {
    switch found {
    case .unusable(let reason, isOurs: false): return .leave(reason)
    case .unusable:
      guard let holdings = known(remembered) else { return try create() }
      return .write(holdings, .restored)
    case .absent:
      guard var holdings = known(remembered) else { return try create() }
      // Whoever deletes it may want other keys.
      if holdings.next == nil { holdings.next = try newAuthority() }
      return .write(holdings, .restored)
    case .usable(let holdings, let asked):
      guard isValid(holdings.authority.certificate) else { return try create() }
      return try advance(holdings, asked: asked)
    }
  }

  private func known(_ remembered: Holdings?) -> Holdings? {
    remembered.flatMap { isValid($0.authority.certificate) ? $0 : nil }
  }

  private func create() throws(TLSError) -> RotationDecision {
    var holdings = Holdings(authority: try newAuthority())
    // Replicas may still serve what those have signed: who comes from other certificates, or has lost the Secret.
    holdings.previous = Array(live.filter(isValid).prefix(RotationPlanner.mostAdopted))
    holdings.pair = try ServingPair(for: hosts, from: holdings.authority, at: second)
    return .write(holdings, .created)
  }

  private func advance(_ holdings: Holdings, asked: RotationRequest?) throws(TLSError) -> RotationDecision {
    if let next = holdings.next, settled.contains(next.certificate.fingerprint) { return try complete(holdings, next) }
    var holdings = holdings
    let isAnnouncing =
      holdings.next == nil
      && (asked == .authority || Lifetimes.isDue(holdings.authority.certificate.facts, at: second))
    if isAnnouncing { holdings.next = try newAuthority() }
    if try fault(of: holdings.pair, from: holdings.authority) != nil || asked == .certificate {
      // Somebody may have put an authority there that may not sign for such hosts.
      guard let pair = try? ServingPair(for: hosts, from: holdings.authority, at: second),
        try fault(of: pair, from: holdings.authority) == nil
      else { return try create() }
      holdings.pair = pair
      return .write(holdings, isAnnouncing ? .announced : .renewed)
    }
    if isAnnouncing { return .write(holdings, .announced) }
    return retire(holdings)
  }

  /// The next authority takes over.
  private func complete(_ holdings: Holdings, _ next: CertificateAuthority) throws(TLSError) -> RotationDecision {
    guard isValid(next.certificate) else { return try create() }
    var holdings = holdings
    holdings.previous = ([holdings.authority.certificate] + holdings.previous).filter(isValid)
    (holdings.authority, holdings.next) = (next, nil)
    holdings.pair = try ServingPair(for: hosts, from: next, at: second)
    return .write(holdings, .switched)
  }

  private func retire(_ holdings: Holdings) -> RotationDecision {
    let since = holdings.pair?.certificate.facts.notBefore ?? second
    guard !holdings.previous.isEmpty, since + Lifetimes.retirement <= second else { return .keep(holdings) }
    var holdings = holdings
    holdings.previous = []
    return .write(holdings, .retired)
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
