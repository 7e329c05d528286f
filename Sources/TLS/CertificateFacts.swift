internal import COpenSSL
internal import Dates
internal import Glibc

/// What an operator wants to know about a certificate.
public struct CertificateFacts: Hashable, Sendable {
  /// The second since 1970 from which on it is valid (RFC 5280 section 4.1.2.5).
  public let notBefore: Int
  /// The second since 1970 until which it is.
  public let notAfter: Int
  /// Whom it is for, as OpenSSL prints it: `DNS:raymesh.raymesh-system.svc, IP Address:127.0.0.1`.
  public let names: String
  /// Who signed it.
  public let issuer: String

  /// Whether it is valid at a second since 1970.
  public func isValid(at second: Int) -> Bool { notBefore <= second && second < notAfter }

  /// Why it is not valid at a second since 1970; `nil` if it is.
  public func problem(at second: Int) -> String? {
    if second < notBefore {
      return "the certificate is not valid before \(UTCTime(secondsSince1970: notBefore).rfc3339)"
    }
    return second < notAfter ? nil : "the certificate has expired at \(UTCTime(secondsSince1970: notAfter).rfc3339)"
  }
}

extension Certificate {
  /// What it says of itself.
  public var facts: CertificateFacts {
    CertificateFacts(
      notBefore: unsafe Certificate.second(X509_get0_notBefore(handle)),
      notAfter: unsafe Certificate.second(X509_get0_notAfter(handle)),
      names: unsafe printed { bio in
        let index = unsafe X509_get_ext_by_NID(handle, NID_subject_alt_name, -1)
        if let names = unsafe X509_get_ext(handle, index) { unsafe X509V3_EXT_print(bio, names, 0, 0) }
      },
      issuer: unsafe printed { bio in
        unsafe X509_NAME_print_ex(bio, X509_get_issuer_name(handle), 0, copenssl_name_on_one_line)
      })
  }

  /// A time that OpenSSL cannot read counts as 1970: such a certificate is valid at no time.
  private static func second(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
    var parts = unsafe tm()
    guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
    return unsafe UTCTime(
      year: 1900 + Int(parts.tm_year), month: 1 + Int(parts.tm_mon), day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: Int(parts.tm_sec)
    ).secondsSince1970
  }

  private func printed(_ print: (OpaquePointer) -> Void) -> String {
    guard let text = try? PEMText([]) else { return "" }
    ERR_clear_error()
    unsafe print(text.handle)
    ERR_clear_error()
    return String(decoding: text.bytes, as: UTF8.self)
  }
}
