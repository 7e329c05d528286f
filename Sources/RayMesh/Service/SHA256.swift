private import COpenSSL

/// SHA-256 (FIPS 180-4), of OpenSSL.
enum SHA256 {
  /// The beginning of a text's digest, in lowercase hexadecimal digits: what `printf %s TEXT | sha256sum` prints.
  ///
  /// - Parameter digits: how many, at most 64.
  static func beginning(of text: String, digits: Int) -> String? {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard unsafe EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return nil }
    let hex = digest.prefix(Int(count)).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return String(hex.joined().prefix(digits))
  }
}
