internal import COpenSSL

/// Who a server says it is: a certificate, those between it and its authority, and the key that proves it.
public struct Identity {
  private let chain: [Certificate]
  private let key: PrivateKey

  /// An identity.
  ///
  /// - Parameters:
  ///   - chain: the serving certificate first.
  ///   - key: its key.
  /// - Throws: `TLSError` where the key is another certificate's, or there is no certificate.
  public init(chain: [Certificate], key: PrivateKey) throws(TLSError) {
    ERR_clear_error()
    guard let leaf = chain.first else { throw TLSError("pair certificate and key", reasons: ["no certificate"]) }
    guard unsafe X509_check_private_key(leaf.handle, key.handle) == 1 else {
      throw TLSError("pair certificate and key")
    }
    self.chain = chain
    self.key = key
  }

  /// Makes a TLS context present this identity.
  func install(in context: OpaquePointer) throws(TLSError) {
    ERR_clear_error()
    for (index, certificate) in chain.enumerated() {
      let done =
        index == 0
        ? unsafe SSL_CTX_use_certificate(context, certificate.handle)
        : unsafe copenssl_add_chain_certificate(context, certificate.handle)
      guard done == 1 else { throw TLSError("use a certificate") }
    }
    guard unsafe SSL_CTX_use_PrivateKey(context, key.handle) == 1 else { throw TLSError("use a private key") }
  }
}
