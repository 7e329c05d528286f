public import TLS
internal import Transport

/// A server and a client of TLS that know each other: an authority made for the occasion, and contexts of both sides.
public struct TLSPair: Sendable {
  /// The server's side.
  public let server: TLSContext
  /// A client that trusts the authority.
  public let client: TLSContext
  /// The authority's certificate, for clients that are programs of their own.
  public let authority: [UInt8]

  /// - Parameters:
  ///   - hosts: what the server's certificate vouches for.
  ///   - days: how long it does; negative, and it has expired.
  public init(
    for hosts: [String] = ["localhost", "127.0.0.1", "::1"], days: Int = 1, serverProtocols: [String] = ["http/1.1"],
    clientProtocols: [String] = ["http/1.1"]
  ) throws {
    let authority = try CertificateAuthority(named: "test authority", days: 1)
    let key = try PrivateKey()
    let certificate = try authority.issue(to: hosts.compactMap { CertificateHost($0) }, key: key, days: days)
    let identity = try Identity(chain: [certificate], key: key)
    server = try TLSContext(server: identity, protocols: serverProtocols)
    client = try TLSContext(trusting: [authority.certificate], protocols: clientProtocols)
    self.authority = try authority.certificate.pem
  }

  /// Another client that trusts the authority.
  public func client(offering protocols: [String]) throws -> TLSContext {
    try TLSContext(trusting: Certificate.all(in: authority, named: "test authority"), protocols: protocols)
  }

  /// A client that trusts another authority.
  public static func stranger() throws -> TLSContext {
    try TLSContext(trusting: [CertificateAuthority(named: "another authority", days: 1).certificate], protocols: [])
  }
}
