internal import COpenSSL

/// What OpenSSL could not do, and why.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, and with which file or peer.
  public let operation: String
  /// OpenSSL's own reasons, the first cause first.
  public let reasons: [String]
  /// The kind of failure, if a peer was involved.
  public let failure: TLSFailure

  /// A failure with reasons of our own.
  public init(_ operation: String, reasons: [String], _ failure: TLSFailure = .other) {
    self.operation = operation
    self.reasons = reasons
    self.failure = failure
  }

  /// A failure just now on this thread, whose reasons are taken out of OpenSSL's queue.
  init(_ operation: String) {
    var reasons: [String] = []
    var failure = TLSFailure.other
    while case let code = ERR_get_error(), code != 0 {
      reasons.append(TLSError.text(of: code))
      if failure == .other { failure = TLSFailure(reason: ERR_GET_REASON(code)) }
    }
    self.init(operation, reasons: reasons, failure)
  }

  /// One line for a person.
  public var description: String {
    reasons.isEmpty ? operation : "\(operation): \(reasons.joined(separator: ", "))"
  }

  private static func text(of code: UInt) -> String {
    guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: reason)
  }
}

/// Why TLS with a peer did not work, by what an operator would do about it.
public enum TLSFailure: String, CaseIterable, Sendable {
  /// The client does not trust who signed our certificate: its caBundle is another's.
  case unknownAuthority = "unknown-authority"
  /// The client finds our certificate to be expired, or not valid yet.
  case expiredCertificate = "expired-certificate"
  /// The client finds another fault with our certificate, such as a name that is not in it.
  case badCertificate = "bad-certificate"
  case noSharedVersion = "no-shared-version"
  case noSharedSuite = "no-shared-suite"
  /// The client exchanges keys only in groups that we do not take, such as finite fields.
  case noSharedGroup = "no-shared-group"
  /// The client offers other protocols by ALPN than we speak.
  case noSharedProtocol = "no-shared-protocol"
  /// The client shows no certificate, though it must.
  case noClientCertificate = "no-client-certificate"
  /// The client's certificate is not from the authority, or not for the name, that we expect.
  case untrustedClient = "untrusted-client"
  /// The client speaks plain HTTP.
  case plainHTTP = "plain-http"
  /// The peer said nothing at all: a port scan, or a probe that only connects.
  case silent
  /// The peer went away in the middle.
  case interrupted
  /// It was ended by us, to let another connection in.
  case evicted
  case timedOut = "timed-out"
  /// There is no serving certificate yet.
  case noCertificate = "no-certificate"
  case other

  /// What one of OpenSSL's reasons means (`SSL_R_…`, `openssl/sslerr.h`); the alerts are what the peer says.
  init(reason: CInt) {
    self =
      switch reason {
      case SSL_R_TLSV1_ALERT_UNKNOWN_CA: .unknownAuthority
      case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: .expiredCertificate
      case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN: .badCertificate
      case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: .badCertificate
      case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: .noSharedVersion
      case SSL_R_NO_SHARED_CIPHER: .noSharedSuite
      case SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS: .noSharedGroup
      case SSL_R_NO_APPLICATION_PROTOCOL: .noSharedProtocol
      case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: .noClientCertificate
      case SSL_R_CERTIFICATE_VERIFY_FAILED: .untrustedClient
      case SSL_R_HTTP_REQUEST: .plainHTTP
      default: .other
      }
  }
}

/// The library that TLS is done by.
public enum OpenSSL {
  /// The version that is linked, such as `3.0.19`.
  public static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

  /// Keeps OpenSSL's memory until the kernel takes it, for a program to call before it does anything else.
  ///
  /// Otherwise `exit` frees that memory while event loops may still be at work. A thread that ends meanwhile frees its
  /// own part a second time (OPENSSL_init_crypto(3), `OPENSSL_INIT_NO_ATEXIT`; the first call decides).
  public static func outliveExit() { _ = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) }

  /// Empties the thread's queue of errors. To ask whether there are any costs a tenth of clearing none.
  static func clearErrors() { if ERR_peek_error() != 0 { ERR_clear_error() } }
}
