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
  /// - Throws: `TLSError` if OpenSSL does not take them.
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
  /// - Throws: `TLSError` if OpenSSL does not take them.
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

  /// The groups for key exchange. OpenSSL's own list also has the finite fields of RFC 7919. A client that sends a
  /// share of `ffdhe8192` costs the server 0.1 s of CPU but itself nothing (CVE-2002-20001). P-521 is ten times slower
  /// than P-256, and no API server needs it.
  private static let groups = "X25519:P-256:P-384"
}

/// The protocols that ALPN offers or chooses from (RFC 7301), the most wanted first.
final class ProtocolOffer: Sendable {
  private let names: [[UInt8]]

  init(_ names: [String]) { self.names = names.map { Array($0.utf8.prefix(255)) } }

  /// The list as the wire has it: each name behind its length.
  var wire: [UInt8] { names.flatMap { [UInt8($0.count)] + $0 } }

  /// `SSL_CTX_set_alpn_select_cb`'s callback.
  static func select(
    _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ length: UnsafeMutablePointer<UInt8>?,
    _ offered: UnsafePointer<UInt8>?, _ count: UInt32, from argument: UnsafeMutableRawPointer?
  ) -> CInt {
    guard let argument = unsafe argument else { return SSL_TLSEXT_ERR_NOACK }
    let offer = unsafe Unmanaged<ProtocolOffer>.fromOpaque(argument).takeUnretainedValue()
    let theirs = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
    guard let range = unsafe offer.firstShared(with: theirs) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    unsafe chosen?.pointee = offered.map { unsafe $0 + range.lowerBound }
    unsafe length?.pointee = UInt8(range.count)
    return SSL_TLSEXT_ERR_OK
  }

  /// Where in the peer's list our most wanted protocol stands.
  private func firstShared(with offered: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
    for name in names {
      var start = 0
      while start < offered.count {
        let range = unsafe start + 1..<min(start + 1 + Int(offered[start]), offered.count)
        if unsafe offered[range].elementsEqual(name) { return range }
        start = range.upperBound
      }
    }
    return nil
  }
}

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
