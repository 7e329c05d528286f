internal import COpenSSL
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

  /// Why it is not valid at a second since 1970; `nil` where it is.
  public func problem(at second: Int) -> String? {
    if second < notBefore { return "the certificate is not valid before \(RFC3339.text(at: notBefore))" }
    return second < notAfter ? nil : "the certificate has expired at \(RFC3339.text(at: notAfter))"
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
    return unsafe timegm(&parts)
  }

  private func printed(_ print: (OpaquePointer) -> Void) -> String {
    guard let text = try? PEMText([]) else { return "" }
    ERR_clear_error()
    unsafe print(text.handle)
    ERR_clear_error()
    return String(decoding: text.bytes, as: UTF8.self)
  }
}

/// Times as people and Kubernetes write them.
public enum RFC3339 {
  /// `2026-11-24T12:00:00Z`, for a second since 1970.
  public static func text(at second: Int) -> String {
    var second = second
    var parts = unsafe tm()
    unsafe gmtime_r(&second, &parts)
    var text = [CChar](repeating: 0, count: 40)
    let count = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
