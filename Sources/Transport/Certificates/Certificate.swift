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
  /// - Throws: `TLSError` where there is none, or one that cannot be read.
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
