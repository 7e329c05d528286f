internal import COpenSSL

/// The library that TLS is done by.
public enum OpenSSL {
  /// The version that is linked, such as `3.0.19`.
  public static var version: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }
}
