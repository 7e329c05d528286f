internal import COpenSSL

/// One X.509 certificate.
@safe public final class Certificate {
  let handle: OpaquePointer

  /// Takes over a certificate that OpenSSL made.
  init(owning handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe X509_free(handle) }

  /// Every certificate of a PEM text (RFC 7468), in order.
  ///
  /// - Parameter source: what to call the text in an error, a file's name for one.
  /// - Throws: `TLSError` if there is none, or one that cannot be read.
  public static func all(in pem: [UInt8], named source: String) throws(TLSError) -> [Certificate] {
    let bio = try PEMText(pem)
    ERR_clear_error()
    var certificates: [Certificate] = []
    while let next = unsafe PEM_read_bio_X509(bio.handle, nil, refuseToPrompt, nil) {
      unsafe certificates.append(Certificate(owning: next))
    }
    // At the end of the text there is no further beginning; anything else is a broken certificate.
    let isEnd = copenssl_is_no_start_line(ERR_peek_last_error()) != 0
    guard isEnd, !certificates.isEmpty else { throw TLSError("read certificates from \(source)") }
    ERR_clear_error()
    return certificates
  }

  /// The certificate as PEM text.
  public var pem: [UInt8] {
    get throws(TLSError) {
      let bio = try PEMText([])
      ERR_clear_error()
      guard unsafe PEM_write_bio_X509(bio.handle, handle) == 1 else { throw TLSError("write a certificate") }
      return bio.bytes
    }
  }

  /// Makes a TLS context trust this certificate as an authority.
  func trust(in context: OpaquePointer) throws(TLSError) {
    ERR_clear_error()
    guard unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), handle) == 1 else {
      throw TLSError("trust a certificate")
    }
  }
}

/// A private key. It leaves memory only as PEM, when asked.
@safe public final class PrivateKey {
  let handle: OpaquePointer

  private init(owning handle: OpaquePointer) { unsafe self.handle = handle }

  /// A new ECDSA key on P-256.
  ///
  /// - Throws: `TLSError` if OpenSSL has no randomness.
  public convenience init() throws(TLSError) {
    ERR_clear_error()
    guard let key = unsafe copenssl_p256_key() else { throw TLSError("make a P-256 key") }
    unsafe self.init(owning: key)
  }

  /// The key of a PEM text, not encrypted.
  ///
  /// - Parameter source: what to call the text in an error, a file's name for one.
  /// - Throws: `TLSError` if there is none that can be read.
  public convenience init(pem: [UInt8], named source: String) throws(TLSError) {
    let bio = try PEMText(pem)
    var isEncrypted = false
    ERR_clear_error()
    guard let key = unsafe PEM_read_bio_PrivateKey(bio.handle, nil, refuseToPrompt, &isEncrypted) else {
      let error = TLSError("read a private key from \(source)")
      // OpenSSL would report an interrupted prompt here.
      throw isEncrypted ? TLSError(error.operation, reasons: ["it is encrypted, expected one without password"]) : error
    }
    unsafe self.init(owning: key)
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  /// The key as PEM text in PKCS #8 (RFC 5958).
  public var pem: [UInt8] {
    get throws(TLSError) {
      let bio = try PEMText([])
      ERR_clear_error()
      guard unsafe PEM_write_bio_PrivateKey(bio.handle, handle, nil, nil, 0, nil, nil) == 1 else {
        throw TLSError("write a private key")
      }
      return bio.bytes
    }
  }
}

/// A memory BIO that holds PEM text.
@safe struct PEMText: ~Copyable {
  let handle: OpaquePointer

  /// - Throws: `TLSError` if OpenSSL has no memory.
  init(_ text: [UInt8]) throws(TLSError) {
    ERR_clear_error()
    guard let handle = unsafe copenssl_memory_bio() else { throw TLSError("hold PEM text") }
    unsafe self.handle = handle
    _ = unsafe BIO_write(handle, text, CInt(clamping: text.count))
  }

  deinit { unsafe BIO_free(handle) }

  /// What has been written and not yet read.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe copenssl_memory_of(handle, &start)
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: max(count, 0)))
  }
}

/// A `pem_password_cb` for a process that nobody sits in front of: a text that is encrypted is refused.
///
/// - Parameter argument: a `Bool` that becomes true, or `nil`.
func refuseToPrompt(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: CInt, _ isWriting: CInt, _ argument: UnsafeMutableRawPointer?
) -> CInt {
  unsafe argument?.storeBytes(of: true, as: Bool.self)
  return -1
}

/// Who a server says it is: a certificate, those between it and its authority, and the key that proves it.
public struct Identity {
  private let chain: [Certificate]
  private let key: PrivateKey

  /// An identity.
  ///
  /// - Parameters:
  ///   - chain: the serving certificate first.
  ///   - key: its key.
  /// - Throws: `TLSError` if the key is another certificate's, or there is no certificate.
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
