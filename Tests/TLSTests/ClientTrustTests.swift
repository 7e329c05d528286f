import TestSupport
import Testing
import TLS

/// A server that talks to clients with certificates only.
@Suite struct ClientTrustTests {
  private let authority: CertificateAuthority
  private let clients: CertificateAuthority

  init() throws {
    authority = try CertificateAuthority(named: "servers", days: 1)
    clients = try CertificateAuthority(named: "clients", days: 1)
  }

  private func server(expecting names: [String]) throws -> TLSContext {
    let key = try PrivateKey()
    let certificate = try authority.issue(to: [#require(CertificateHost("localhost"))], key: key, days: 1)
    return try TLSContext(
      server: Identity(chain: [certificate], key: key),
      clients: ClientTrust(authorities: [clients.certificate], names: names), protocols: [])
  }

  private func client(_ identity: Identity?) throws -> TLSContext {
    try TLSContext(trusting: [authority.certificate], showing: identity, protocols: [])
  }

  private func identity(named name: String, by issuer: CertificateAuthority, days: Int = 1) throws -> Identity {
    let key = try PrivateKey()
    return try Identity(chain: [issuer.issue(toClient: name, key: key, days: days)], key: key)
  }

  @Test(arguments: [[], ["kube-apiserver"], ["other", "kube-apiserver"]])
  func `a client of the authority, with one of the names if there are some, is let in`(names: [String]) throws {
    let identity = try identity(named: "kube-apiserver", by: clients)
    let sessions = try WiredSessions(client: client(identity), server: server(expecting: names))
    #expect(sessions.shakeHands().isComplete)
  }

  @Test func `another name, another authority or another time is refused`() throws {
    let stranger = try CertificateAuthority(named: "strangers", days: 1)
    for identity in [
      try identity(named: "somebody", by: clients), try identity(named: "kube-apiserver", by: stranger),
      try identity(named: "kube-apiserver", by: clients, days: -1),
    ] {
      let sessions = try WiredSessions(client: client(identity), server: server(expecting: ["kube-apiserver"]))
      #expect(try #require(sessions.shakeHands().server.error).failure == .untrustedClient)
    }
  }

  @Test func `a client without a certificate is refused, and counted as such`() throws {
    let sessions = try WiredSessions(client: client(nil), server: server(expecting: []))
    #expect(try #require(sessions.shakeHands().server.error).failure == .noClientCertificate)
  }

  @Test func `a serving certificate is none for a client`() throws {
    let key = try PrivateKey()
    let serving = try clients.issue(to: [#require(CertificateHost("kube-apiserver"))], key: key, days: 1)
    let client = try client(Identity(chain: [serving], key: key))
    let sessions = try WiredSessions(client: client, server: server(expecting: ["kube-apiserver"]))
    #expect(try #require(sessions.shakeHands().server.error).failure == .untrustedClient)
  }
}
