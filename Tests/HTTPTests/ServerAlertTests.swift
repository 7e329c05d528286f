import HTTP
import TestSupport
import Testing
import TLS
import Transport

/// What a client hears whose certificate the server does not take. In TLS 1.3 the client's handshake is over by then.
@Suite(.timeLimit(.minutes(3)))
struct ServerAlertTests {
  @Test(arguments: [0, 100_000])
  func `a client without a certificate hears why, whatever it has sent already`(count: Int) async throws {
    let authority = try CertificateAuthority(named: "servers", days: 1)
    let key = try PrivateKey()
    let certificate = try authority.issue(to: [#require(CertificateHost("127.0.0.1"))], key: key, days: 1)
    let server = try TLSContext(
      server: Identity(chain: [certificate], key: key),
      clients: ClientTrust(authorities: [authority.certificate], names: []), protocols: ["http/1.1"])
    let context = try TLSContext(trusting: [authority.certificate], protocols: ["http/1.1"])
    try await LoopbackServer.with(EchoResponder(), tls: server) { loopback in
      let client = try await WireClient.connect(to: loopback.endpoint, tls: context)
      try? await client.send(echo(String(repeating: "x", count: count)))
      let heard = try await #require(throws: TransportError.self) { try await client.rest() }
      #expect(heard.description.contains("alert certificate required"), "\(heard)")
    }
  }
}
