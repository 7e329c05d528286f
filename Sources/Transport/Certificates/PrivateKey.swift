internal import COpenSSL

/// A private key. It leaves memory only as PEM, when asked.
@safe public final class PrivateKey {
  let handle: OpaquePointer

  private init(owning handle: OpaquePointer) { unsafe self.handle = handle }

  /// A new ECDSA key on P-256.
  ///
  /// - Throws: `TLSError` where OpenSSL has no randomness.
  public convenience init() throws(TLSError) {
    ERR_clear_error()
    guard let key = unsafe copenssl_p256_key() else { throw TLSError("make a P-256 key") }
    unsafe self.init(owning: key)
  }

  /// The key of a PEM text, not encrypted.
  ///
  /// - Parameter source: what to call the text in an error, a file's name for one.
  /// - Throws: `TLSError` where there is none that can be read.
  public convenience init(pem: [UInt8], named source: String) throws(TLSError) {
    let bio = try PEMText(pem)
    var isEncrypted = false
    ERR_clear_error()
    guard let key = unsafe PEM_read_bio_PrivateKey(bio.handle, nil, refuseToPrompt, &isEncrypted) else {
      let error = TLSError("read a private key from \(source)")
      // OpenSSL's own words for it are "interrupted or cancelled".
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
