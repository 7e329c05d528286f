internal import TLS

/// The contents of the Secret, parsed and checked to belong together.
struct StoredCertificates {
  /// The authority that signs serving certificates.
  var authority: CertificateAuthority
  /// The authority that will sign them once every API server trusts it.
  var next: CertificateAuthority?
  /// The former authorities, whose certificates may still be served.
  var previous: [Certificate] = []
  var pair: ServingPair?

  /// Every authority that API servers are told to trust.
  var trusted: [Certificate] { [authority.certificate] + (next.map { [$0.certificate] } ?? []) + previous }

  init(authority: CertificateAuthority) { self.authority = authority }

  /// Reads a Secret's data. It needs a whole authority. A broken serving pair is left out, since it can be issued
  /// again.
  ///
  /// - Throws: `TLSError` naming the entry that cannot be used.
  init(_ data: [String: [UInt8]]) throws(TLSError) {
    let certificates = try StoredCertificates.text(.authorities, in: data).certificates()
    guard let first = certificates.first else {
      throw TLSError("read \(SecretEntry.authorities.rawValue)", reasons: [])
    }
    guard first.isAuthority else {
      throw TLSError("read \(SecretEntry.authorities.rawValue)", reasons: ["its first certificate is no authority's"])
    }
    authority = try CertificateAuthority(
      certificate: first, key: StoredCertificates.text(.authorityKey, in: data).privateKey())
    var rest = certificates.dropFirst()
    if let second = rest.first, let key = try? StoredCertificates.text(.nextAuthorityKey, in: data).privateKey(),
      let next = try? CertificateAuthority(certificate: second, key: key)
    {
      self.next = next
      rest = rest.dropFirst()
    }
    previous = Array(rest)
    pair = try? ServingPair(
      certificate: StoredCertificates.text(.certificate, in: data),
      key: StoredCertificates.text(.certificateKey, in: data))
  }

  /// Returns the Secret's data.
  ///
  /// - Throws: `TLSError` if OpenSSL has no memory.
  func data() throws(TLSError) -> [SecretEntry: [UInt8]] {
    var data: [SecretEntry: [UInt8]] = [
      .authorities: try StoredCertificates.pem(of: trusted), .authorityKey: try authority.key.pem,
    ]
    if let next { data[.nextAuthorityKey] = try next.key.pem }
    if let pair {
      data[.certificate] = try pair.certificate.pem
      data[.certificateKey] = try pair.key.pem
    }
    return data
  }

  /// Returns the trusted authorities as PEM. Their order does not depend on which of them signs, so a switch changes
  /// nothing that API servers would have to hear of.
  func bundle() throws(TLSError) -> [UInt8] {
    try StoredCertificates.pem(of: trusted.sorted { $0.fingerprint.lexicographicallyPrecedes($1.fingerprint) })
  }

  private static func pem(of certificates: [Certificate]) throws(TLSError) -> [UInt8] {
    var pem: [UInt8] = []
    for certificate in certificates { pem += try certificate.pem }
    return pem
  }

  private static func text(_ entry: SecretEntry, in data: [String: [UInt8]]) throws(TLSError) -> NamedPEM {
    guard let bytes = data[entry.rawValue] else {
      throw TLSError("read \(entry.rawValue)", reasons: ["it is missing"])
    }
    return NamedPEM(bytes, named: entry.rawValue)
  }
}

/// The entries of the Secret that are Raymesh's.
enum SecretEntry: String, CaseIterable {
  /// Every trusted authority: the current one, the next one if there is one, and former ones. A client that mounts the
  /// Secret to trust Raymesh needs nothing else.
  case authorities = "ca.crt"
  /// The key of the first authority.
  case authorityKey = "ca.key"
  /// The key of the second authority, if that is the next one.
  case nextAuthorityKey = "next-ca.key"
  case certificate = "tls.crt"
  case certificateKey = "tls.key"
}

/// A serving certificate and its key.
struct ServingPair {
  let certificate: Certificate
  let key: PrivateKey

  init(certificate: Certificate, key: PrivateKey) { (self.certificate, self.key) = (certificate, key) }

  /// Reads a certificate and a key, and checks that they belong together.
  ///
  /// - Throws: `TLSError` naming the text that cannot be used.
  init(certificate: NamedPEM, key: NamedPEM) throws(TLSError) {
    guard let first = try certificate.certificates().first else { throw TLSError("read \(certificate)", reasons: []) }
    let key = try key.privateKey()
    _ = try Identity(chain: [first], key: key)
    self.init(certificate: first, key: key)
  }

  /// A new pair, issued by an authority.
  ///
  /// - Throws: `TLSError` if OpenSSL has no randomness or memory.
  init(for hosts: [CertificateHost], from authority: CertificateAuthority, at second: Int) throws(TLSError) {
    key = try PrivateKey()
    certificate = try authority.issue(to: hosts, key: key, days: Lifetimes.certificateDays, at: second)
  }

  /// Returns why the pair should be replaced, or `nil` if it should not.
  func fault(
    for hosts: [CertificateHost], from authority: CertificateAuthority, at second: Int
  ) throws(TLSError) -> String? {
    for host in hosts {
      let problem = try certificate.problem(trusting: [authority.certificate], host: host, at: second)
      if let problem { return "for \(host.text): \(problem)" }
    }
    return Lifetimes.isDue(certificate.facts, at: second) ? "two thirds of its life are over" : nil
  }
}
