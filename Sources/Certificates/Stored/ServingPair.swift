internal import TLS

/// A serving certificate and its key.
struct ServingPair {
  let certificate: Certificate
  let key: PrivateKey

  init(certificate: Certificate, key: PrivateKey) { (self.certificate, self.key) = (certificate, key) }

  /// Reads both; they need not belong together yet.
  ///
  /// - Throws: `TLSError` naming the text that cannot be used.
  init(certificate: NamedPEM, key: NamedPEM) throws(TLSError) {
    guard let first = try certificate.certificates().first else { throw TLSError("read \(certificate)", reasons: []) }
    let key = try key.privateKey()
    _ = try Identity(chain: [first], key: key)
    self.init(certificate: first, key: key)
  }

  /// A new one that an authority vouches for.
  ///
  /// - Throws: `TLSError` where OpenSSL has no randomness or memory.
  init(for hosts: [CertificateHost], from authority: CertificateAuthority, at second: Int) throws(TLSError) {
    key = try PrivateKey()
    certificate = try authority.issue(to: hosts, key: key, days: Lifetimes.certificateDays, at: second)
  }

  /// Why it should be replaced, `nil` where it should not.
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
