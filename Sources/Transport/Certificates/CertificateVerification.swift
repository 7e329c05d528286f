internal import COpenSSL
internal import Glibc

extension Certificate {
  /// Checks a server's chain as an API server does that calls a webhook: by the names alone, never by the subject, and
  /// with every certificate that is trusted as an end of the chain (Go's `crypto/x509`).
  ///
  /// - Parameters:
  ///   - chain: the serving certificate first, then those up to its authority.
  ///   - host: the name or address that the server is called by.
  ///   - second: the time, in seconds since 1970.
  /// - Throws: `TLSError` with OpenSSL's reason.
  public static func verify(
    _ chain: [Certificate], trusting authorities: [Certificate], as host: CertificateHost, at second: Int
  ) throws(TLSError) {
    guard let leaf = chain.first else { throw TLSError("verify a certificate", reasons: ["no certificate"]) }
    ERR_clear_error()
    guard let store = unsafe X509_STORE_new(), let context = unsafe X509_STORE_CTX_new(),
      let others = unsafe copenssl_certificates()
    else { throw TLSError("verify a certificate") }
    defer {
      unsafe X509_STORE_CTX_free(context)
      unsafe X509_STORE_free(store)
      unsafe copenssl_free_certificates(others)
    }
    for authority in authorities { unsafe X509_STORE_add_cert(store, authority.handle) }
    for other in chain.dropFirst() { unsafe copenssl_push_certificate(others, other.handle) }
    guard unsafe X509_STORE_CTX_init(context, store, leaf.handle, others) == 1 else {
      throw TLSError("verify a certificate")
    }
    unsafe prepare(X509_STORE_CTX_get0_param(context), for: host, at: second)
    guard unsafe X509_verify_cert(context) != 1 else { return }
    let reason = unsafe String(cString: X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))))
    ERR_clear_error()
    throw TLSError("verify a certificate", reasons: [reason])
  }

  private static func prepare(_ parameters: OpaquePointer?, for host: CertificateHost, at second: Int) {
    unsafe X509_VERIFY_PARAM_set_time(parameters, second)
    unsafe X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER)
    unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
    switch host {
    case .name(let name): unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0)
    case .address(let address): unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, address)
    }
  }

  /// Whether it is for a host, by its subject alternative names.
  public func names(_ host: CertificateHost) -> Bool {
    switch host {
    case .name(let name):
      unsafe X509_check_host(handle, name, 0, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT), nil) == 1
    case .address(let address): unsafe X509_check_ip_asc(handle, address, 0) == 1
    }
  }
}
