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

  /// Whether it is for a host, by its subject alternative names.
  public func names(_ host: CertificateHost) -> Bool {
    ERR_clear_error()
    defer { ERR_clear_error() }
    return switch host {
    case .name(let name):
      unsafe X509_check_host(handle, name, 0, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT), nil) == 1
    case .address(let address): unsafe X509_check_ip_asc(handle, address, 0) == 1
    }
  }

  /// Why an API server that calls a webhook would not take it for the server's, in words; `nil` if it would.
  ///
  /// It goes by the names alone, never by the subject, and takes every certificate that is trusted as an end of the
  /// chain (Go's `crypto/x509`).
  ///
  /// - Parameters:
  ///   - authorities: whom the API server trusts, and no others.
  ///   - intermediates: what the server sends with it, up to its authority.
  ///   - host: the name or address that the server is called by.
  ///   - second: the time, since 1970.
  /// - Throws: `TLSError` if OpenSSL has no memory.
  public func problem(
    trusting authorities: [Certificate], by intermediates: [Certificate] = [], host: CertificateHost, at second: Int
  ) throws(TLSError) -> String? {
    let check = try TrustCheck(of: self, trusting: authorities, by: intermediates)
    try check.expect(host, at: second)
    ERR_clear_error()
    defer { ERR_clear_error() }
    guard unsafe X509_verify_cert(check.context) != 1 else { return nil }
    return unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(check.context))))
  }
}

/// A certificate that is about to be verified, and by what.
@safe private final class TrustCheck {
  let context: OpaquePointer
  private let store: OpaquePointer
  /// A list alone: its certificates have owners.
  private let others: OpaquePointer
  /// They live as long as the list.
  private let intermediates: [Certificate]

  init(
    of certificate: Certificate, trusting authorities: [Certificate], by intermediates: [Certificate]
  ) throws(TLSError) {
    self.intermediates = intermediates
    ERR_clear_error()
    // Each may be freed if there is none (the manual pages of OpenSSL).
    let (store, context, others) = unsafe (X509_STORE_new(), X509_STORE_CTX_new(), copenssl_certificates())
    guard let store = unsafe store, let context = unsafe context, let others = unsafe others else {
      unsafe X509_STORE_CTX_free(context)
      unsafe X509_STORE_free(store)
      unsafe copenssl_free_certificates(others)
      throw TLSError("verify a certificate")
    }
    unsafe (self.context, self.store, self.others) = (context, store, others)
    for authority in authorities {
      guard unsafe X509_STORE_add_cert(store, authority.handle) == 1 else { throw TLSError("trust a certificate") }
    }
    for other in intermediates {
      guard unsafe copenssl_push_certificate(others, other.handle) > 0 else { throw TLSError("verify a certificate") }
    }
    guard unsafe X509_STORE_CTX_init(context, store, certificate.handle, others) == 1,
      unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1
    else { throw TLSError("verify a certificate") }
  }

  deinit {
    unsafe X509_STORE_CTX_free(context)
    unsafe X509_STORE_free(store)
    unsafe copenssl_free_certificates(others)
  }

  func expect(_ host: CertificateHost, at second: Int) throws(TLSError) {
    let parameters = unsafe X509_STORE_CTX_get0_param(context)
    unsafe X509_VERIFY_PARAM_set_time(parameters, second)
    unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    ERR_clear_error()
    let done =
      switch host {
      case .name(let name): unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0)
      case .address(let address): unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, address)
      }
    guard done == 1 else { throw TLSError("expect the host \(host.text)") }
  }
}
