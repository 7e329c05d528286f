import Foundation
import TestSupport
import Testing
import Transport

/// Whom `raymesh serve` talks to, and what it tells of those that it does not.
@Suite(.timeLimit(.minutes(5))) struct ServeClientsTests {
  private let review = Array(Sample.review(of: Sample.widest).utf8)

  @Test func `with a client authority, only its clients of the name are answered`() async throws {
    let clients = try CertificateAuthority(named: "clients", days: 1)
    let folder = try TemporaryFolder()
    let authority = try folder.write(clients.certificate.pem, to: "clients.crt")
    let flags = ["--client-ca", authority, "--client-name", "kube-apiserver"]
    try await RunningServer.with(flags) { server in
      for (name, isAnswered) in [("kube-apiserver", true), ("somebody", false), (nil, false)] {
        let reply = try? await client(of: server, showing: name.map { try identity($0, by: clients) })
          .post("/mutate", review)
        #expect((reply?.status == 200) == isAnswered, "\(name ?? "nobody")")
      }
      // A client is told by an alert before it is counted.
      try await eventually("that both are counted") {
        let metrics = try await server.admin("/metrics").text
        return metrics.contains(failures("untrusted-client", 1))
          && metrics.contains(failures("no-client-certificate", 1))
      }
    }
  }

  @Test func `a client that trusts another authority is counted, and told of in the log`() async throws {
    let server = try await RunningServer.start()
    let stranger = try TLSPair.stranger()
    await #expect(throws: TransportError.self) {
      _ = try await WireClient.connect(to: server.webhook, tls: stranger, host: "localhost")
    }
    try await eventually("that it is counted") {
      try await server.admin("/metrics").text.contains(failures("unknown-authority", 1))
    }
    let log = try await server.stop().errorText
    #expect(log.contains(#""level":"warning","logger":"raymesh","message":"TLS handshake failed""#))
    #expect(log.contains(#""kind":"unknown-authority""#))
  }

  private func failures(_ kind: String, _ count: Int) -> String {
    #"raymesh_tls_handshake_failures_total{kind="\#(kind)",listener="webhook"} \#(count)"# + "\n"
  }

  private func identity(_ name: String, by authority: CertificateAuthority) throws -> Identity {
    let key = try PrivateKey()
    return try Identity(chain: [authority.issue(toClient: name, key: key, days: 1)], key: key)
  }

  private func client(of server: RunningServer, showing identity: Identity?) async throws -> WireClient {
    let authority = try Certificate.all(in: server.certificates.bytes("ca.crt"), named: "ca.crt")
    let tls = try TLSContext(trusting: authority, showing: identity, protocols: ["http/1.1"])
    return try await WireClient.connect(to: server.webhook, tls: tls)
  }
}
