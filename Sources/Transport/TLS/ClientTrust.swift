internal import COpenSSL

/// Which clients a server talks to: those that show a certificate of an authority's, for one of a few names.
public struct ClientTrust {
  private let authorities: [Certificate]
  private let names: [String]

  /// - Parameters:
  ///   - authorities: whose certificates count.
  ///   - names: names of which a certificate must carry one, in its subject's common name or as a DNS name; none means
  ///     any.
  public init(authorities: [Certificate], names: [String]) {
    (self.authorities, self.names) = (authorities, names)
  }

  /// Makes a server's context ask each client for such a certificate.
  func install(in context: OpaquePointer) throws(TLSError) {
    unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    for authority in authorities { try unsafe authority.trust(in: context) }
    ERR_clear_error()
    // A ticket of one kind of session must not open another (`SSL_CTX_set_session_id_context(3)`).
    guard unsafe SSL_CTX_set_session_id_context(context, ClientTrust.sessionKind, 7) == 1 else {
      throw TLSError("ask clients for certificates")
    }
    let parameters = unsafe SSL_CTX_get0_param(context)
    // API servers' certificates have a common name and no other, such as `kube-apiserver`.
    let flags = UInt32(X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS)
    unsafe X509_VERIFY_PARAM_set_hostflags(parameters, flags)
    for name in names {
      guard unsafe X509_VERIFY_PARAM_add1_host(parameters, name, 0) == 1 else {
        throw TLSError("expect clients named \(name)")
      }
    }
  }

  private static let sessionKind = Array("raymesh".utf8)
}
