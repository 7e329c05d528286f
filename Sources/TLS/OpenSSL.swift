internal import COpenSSL

/// The library that TLS is done by.
public enum OpenSSL {
  /// The version that is linked, such as `3.0.19`.
  public static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

  /// Keeps OpenSSL's memory until the kernel takes it, for a program to call before it does anything else.
  ///
  /// Otherwise `exit` frees that memory while event loops may still be at work, and a thread that ends meanwhile frees
  /// its own part a second time (OPENSSL_init_crypto(3), `OPENSSL_INIT_NO_ATEXIT`; the first call decides).
  public static func outliveExit() { _ = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) }

  /// Empties the thread's queue of errors. To ask whether there are any costs a tenth of clearing none.
  static func clearErrors() { if ERR_peek_error() != 0 { ERR_clear_error() } }
}
