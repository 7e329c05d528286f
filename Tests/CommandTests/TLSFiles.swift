import TLS
import Transport

/// Pairs that `raymesh certificates` does not make.
enum TLSFiles {
  /// A certificate that has expired and its key, as PEM.
  static func expired() throws -> (certificate: [UInt8], key: [UInt8]) {
    let authority = try CertificateAuthority(named: "test authority", days: 1)
    let key = try PrivateKey()
    let hosts = [CertificateHost("localhost")].compactMap { $0 }
    return (try authority.issue(to: hosts, key: key, days: -1).pem, try key.pem)
  }
}
