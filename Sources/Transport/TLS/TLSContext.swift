internal import COpenSSL

/// What TLS sessions of one kind share: certificate and key, or trust; versions; and the protocols that ALPN offers.
///
/// TLS 1.2 and 1.3, forward secret AEAD suites over elliptic curves only, no compression, no renegotiation (RFC 9325
/// sections 3 and 4).
@safe public final class TLSContext: Sendable {
  /// The `SSL_CTX`, as bits because Swift lets no pointer be shared between threads. OpenSSL does: it counts
  /// references, and `SSL_new` on one context from many threads is what it is made for.
  private let bits: UInt
  private let offer: ProtocolOffer

  /// The context of a server.
  ///
  /// - Parameters:
  ///   - identity: its certificate chain and key.
  ///   - clients: which clients it talks to; `nil` for any, without asking for a certificate.
  ///   - protocols: what ALPN may choose from, the most wanted first; a client that offers none of them is refused
  ///     (RFC 7301 section 3.2), one that offers nothing is not.
  /// - Throws: `TLSError` where OpenSSL does not take them.
  public init(server identity: Identity, clients: ClientTrust? = nil, protocols: [String]) throws(TLSError) {
    let offer = ProtocolOffer(protocols)
    bits = try unsafe TLSContext.make(TLS_server_method()) { context throws(TLSError) in
      try unsafe identity.install(in: context)
      try unsafe clients?.install(in: context)
      unsafe SSL_CTX_set_alpn_select_cb(
        context, { unsafe ProtocolOffer.select($1, $2, $3, $4, from: $5) },
        Unmanaged.passUnretained(offer).toOpaque())
    }
    self.offer = offer
  }

  /// The context of a client.
  ///
  /// - Parameters:
  ///   - authorities: whose certificates it trusts, and no others.
  ///   - identity: what it shows to a server that asks; `nil` for nothing.
  ///   - protocols: what it offers by ALPN, the most wanted first.
  /// - Throws: `TLSError` where OpenSSL does not take them.
  public init(
    trusting authorities: [Certificate], showing identity: Identity? = nil, protocols: [String]
  ) throws(TLSError) {
    let offer = ProtocolOffer(protocols)
    bits = try unsafe TLSContext.make(TLS_client_method()) { context throws(TLSError) in
      unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
      for authority in authorities { try unsafe authority.trust(in: context) }
      try unsafe identity?.install(in: context)
      // Unlike its kin, this one returns 0 for success.
      let wire = offer.wire
      guard unsafe SSL_CTX_set_alpn_protos(context, wire, UInt32(wire.count)) == 0 else {
        throw TLSError("offer protocols")
      }
    }
    self.offer = offer
  }

  deinit { unsafe SSL_CTX_free(OpaquePointer(bitPattern: bits)) }

  /// A new `SSL`, which the caller frees and which keeps the `SSL_CTX` alive.
  func makeSession() -> OpaquePointer? { unsafe SSL_new(OpaquePointer(bitPattern: bits)) }

  private static func make(
    _ method: OpaquePointer?, _ configure: (OpaquePointer) throws(TLSError) -> Void
  ) throws(TLSError) -> UInt {
    ERR_clear_error()
    guard let context = unsafe SSL_CTX_new(method) else { throw TLSError("make a TLS context") }
    do throws(TLSError) {
      try unsafe harden(context)
      try unsafe configure(context)
    } catch {
      unsafe SSL_CTX_free(context)
      throw error
    }
    return UInt(bitPattern: context)
  }

  private static func harden(_ context: OpaquePointer) throws(TLSError) {
    unsafe SSL_CTX_set_options(context, copenssl_no_compression | copenssl_no_renegotiation)
    unsafe copenssl_release_buffers(context)
    unsafe copenssl_session_cache_off(context)
    guard unsafe copenssl_set_min_version(context, TLS1_2_VERSION) == 1,
      unsafe SSL_CTX_set_cipher_list(context, suites12) == 1,
      unsafe copenssl_set_groups(context, groups) == 1
    else { throw TLSError("choose TLS versions, suites and groups") }
  }

  /// The suites of TLS 1.2 that RFC 9325 section 4.2 recommends; those of 1.3 are all of that kind. As each is good,
  /// the client's order counts: it knows what its processor is fast at.
  private static let suites12 = "ECDHE+AESGCM:ECDHE+CHACHA20"

  /// The groups for key exchange. OpenSSL's own list also has the finite fields of RFC 7919, and a client that sends a
  /// share of `ffdhe8192` costs the server 0.1 s of CPU but itself nothing (CVE-2002-20001). P-521 is ten times slower
  /// than P-256, and no API server needs it.
  private static let groups = "X25519:P-256:P-384"
}
