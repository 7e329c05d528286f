internal import COpenSSL
internal import Glibc

/// An authority of one's own, which vouches for serving certificates.
public struct CertificateAuthority {
  /// What clients trust; a webhook configuration's `caBundle`.
  public let certificate: Certificate
  /// What it signs with.
  public let key: PrivateKey

  /// An authority that exists already.
  ///
  /// - Throws: `TLSError` if the key is another certificate's.
  public init(certificate: Certificate, key: PrivateKey) throws(TLSError) {
    _ = try Identity(chain: [certificate], key: key)
    self.certificate = certificate
    self.key = key
  }

  /// A new authority: a P-256 key and a certificate that it signed itself.
  ///
  /// - Parameter second: the start of its validity, since 1970; now by default.
  /// - Throws: `TLSError` if OpenSSL has no randomness or memory.
  public init(named name: String, days: Int, at second: Int? = nil) throws(TLSError) {
    let key = try PrivateKey()
    let draft = try CertificateDraft(for: key, days: days, at: second)
    try draft.setCommonName(name)
    try draft.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: draft.certificate)
    try draft.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: draft.certificate)
    try draft.add(NID_subject_key_identifier, "hash", issuer: draft.certificate)
    try self.init(certificate: try draft.signed(by: key, as: draft.certificate), key: key)
  }

  /// A serving certificate for hosts. Its subject is empty, so the hosts are marked critical (RFC 5280 section
  /// 4.2.1.6).
  ///
  /// - Parameter second: the start of its validity, since 1970; now by default.
  /// - Throws: `TLSError` if OpenSSL has no randomness or memory.
  public func issue(
    to hosts: [CertificateHost], key: PrivateKey, days: Int, at second: Int? = nil
  ) throws(TLSError) -> Certificate {
    let draft = try CertificateDraft(for: key, days: days, at: second)
    let names = hosts.map(\.configuration).joined(separator: ",")
    try draft.add(NID_subject_alt_name, "critical,\(names)", issuer: certificate)
    return try finish(draft, for: "serverAuth")
  }

  /// A certificate for a client of a name, as API servers have them.
  ///
  /// - Throws: `TLSError` if OpenSSL has no randomness or memory, or the name is longer than 64 characters.
  public func issue(toClient name: String, key: PrivateKey, days: Int) throws(TLSError) -> Certificate {
    let draft = try CertificateDraft(for: key, days: days, at: nil)
    try draft.setCommonName(name)
    return try finish(draft, for: "clientAuth")
  }

  private func finish(_ draft: CertificateDraft, for purpose: String) throws(TLSError) -> Certificate {
    try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: certificate)
    try draft.add(NID_key_usage, "critical,digitalSignature", issuer: certificate)
    try draft.add(NID_ext_key_usage, purpose, issuer: certificate)
    try draft.add(NID_authority_key_identifier, "keyid", issuer: certificate)
    return try draft.signed(by: key, as: certificate)
  }
}

/// A certificate while it is being written.
private struct CertificateDraft {
  let certificate: Certificate

  init(for key: PrivateKey, days: Int, at second: Int?) throws(TLSError) {
    var start = second ?? time(nil)
    ERR_clear_error()
    guard let handle = unsafe X509_new() else { throw TLSError("make a certificate") }
    unsafe certificate = Certificate(owning: handle)
    guard unsafe X509_set_version(handle, CertificateDraft.version3) == 1,
      unsafe X509_set_pubkey(handle, key.handle) == 1,
      unsafe X509_time_adj_ex(X509_getm_notBefore(handle), 0, -CertificateDraft.clockSkew, &start) != nil,
      unsafe X509_time_adj_ex(X509_getm_notAfter(handle), CInt(clamping: days), 0, &start) != nil
    else { throw TLSError("make a certificate") }
    try setRandomSerialNumber()
  }

  /// `X509_VERSION_3`: versions count from 0.
  private static let version3 = 2
  /// Seconds by which another machine's clock may be behind.
  private static let clockSkew = 300

  func setCommonName(_ name: String) throws(TLSError) {
    let text = Array(name.utf8)
    ERR_clear_error()
    let subject = unsafe X509_get_subject_name(certificate.handle)
    guard
      unsafe X509_NAME_add_entry_by_NID(
        subject, NID_commonName, MBSTRING_UTF8, text, CInt(clamping: text.count), -1, 0) == 1
    else { throw TLSError("name a certificate") }
  }

  func add(_ extensionID: CInt, _ value: String, issuer: Certificate) throws(TLSError) {
    ERR_clear_error()
    var context = unsafe X509V3_CTX()
    unsafe copenssl_set_context(&context, issuer.handle, certificate.handle)
    guard let addition = unsafe X509V3_EXT_nconf_nid(nil, &context, extensionID, value) else {
      throw TLSError("extend a certificate by \(value)")
    }
    defer { unsafe X509_EXTENSION_free(addition) }
    guard unsafe X509_add_ext(certificate.handle, addition, -1) == 1 else { throw TLSError("extend a certificate") }
  }

  func signed(by key: PrivateKey, as issuer: Certificate) throws(TLSError) -> Certificate {
    ERR_clear_error()
    guard unsafe X509_set_issuer_name(certificate.handle, X509_get_subject_name(issuer.handle)) == 1,
      unsafe X509_sign(certificate.handle, key.handle, EVP_sha256()) > 0
    else { throw TLSError("sign a certificate") }
    return certificate
  }

  /// 127 random bits (RFC 5280 section 4.1.2.2 asks for at most 20 octets and a positive number).
  private func setRandomSerialNumber() throws(TLSError) {
    ERR_clear_error()
    let number = unsafe BN_new()
    defer { unsafe BN_free(number) }
    guard unsafe BN_rand(number, 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1,
      unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.handle)) != nil
    else { throw TLSError("number a certificate") }
  }
}
