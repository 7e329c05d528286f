internal import COpenSSL

extension Certificate {
  /// What tells it from every other: the SHA-256 of its bytes.
  public var fingerprint: [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    ERR_clear_error()
    guard unsafe X509_digest(handle, EVP_sha256(), &digest, &count) == 1 else { return [] }
    return Array(digest[..<Int(count)])
  }

  /// Whether it may vouch for others (RFC 5280 section 4.2.1.9).
  public var isAuthority: Bool {
    ERR_clear_error()
    defer { ERR_clear_error() }
    return unsafe X509_check_ca(handle) == 1
  }

  /// Why a client would not take it for a server's, in words; `nil` where it would.
  ///
  /// - Parameters:
  ///   - authorities: whom the client trusts, and no others.
  ///   - host: what the client wants to talk to.
  ///   - second: the time, since 1970.
  /// - Throws: `TLSError` where OpenSSL has no memory.
  public func problem(
    trusting authorities: [Certificate], host: CertificateHost, at second: Int
  ) throws(TLSError) -> String? {
    let check = try CertificateCheck(of: self, trusting: authorities)
    try check.expect(host, at: second)
    ERR_clear_error()
    defer { ERR_clear_error() }
    guard unsafe X509_verify_cert(check.context) != 1 else { return nil }
    return unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(check.context))))
  }
}

/// A certificate that is about to be verified, and by what.
@safe private final class CertificateCheck {
  let context: OpaquePointer
  private let store: OpaquePointer

  init(of certificate: Certificate, trusting authorities: [Certificate]) throws(TLSError) {
    ERR_clear_error()
    guard let store = unsafe X509_STORE_new() else { throw TLSError("verify a certificate") }
    guard let context = unsafe X509_STORE_CTX_new() else {
      unsafe X509_STORE_free(store)
      throw TLSError("verify a certificate")
    }
    unsafe (self.context, self.store) = (context, store)
    for authority in authorities {
      guard unsafe X509_STORE_add_cert(store, authority.handle) == 1 else { throw TLSError("trust a certificate") }
    }
    guard unsafe X509_STORE_CTX_init(context, store, certificate.handle, nil) == 1,
      unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1
    else { throw TLSError("verify a certificate") }
  }

  deinit {
    unsafe X509_STORE_CTX_free(context)
    unsafe X509_STORE_free(store)
  }

  func expect(_ host: CertificateHost, at second: Int) throws(TLSError) {
    let parameters = unsafe X509_STORE_CTX_get0_param(context)
    unsafe X509_VERIFY_PARAM_set_time(parameters, second)
    ERR_clear_error()
    let done =
      switch host {
      case .name(let name): unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0)
      case .address(let address): unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, address)
      }
    guard done == 1 else { throw TLSError("expect the host \(host.text)") }
  }
}
