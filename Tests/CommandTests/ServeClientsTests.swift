import Foundation
import TestSupport
import Testing
import TLS
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

  @Test func `names may have spaces beside their commas in the variable`() async throws {
    let clients = try CertificateAuthority(named: "clients", days: 1)
    let folder = try TemporaryFolder()
    let authority = try folder.write(clients.certificate.pem, to: "clients.crt")
    let server = try await RunningServer.start(
      ["--client-ca", authority], environment: ["RAYMESH_CLIENT_NAME": "somebody, kube-apiserver"])
    let reply = try await client(of: server, showing: identity("kube-apiserver", by: clients)).post("/mutate", review)
    #expect(reply.status == 200)
    _ = try await server.stop()
  }

  @Test func `names without an authority, or none in what should name them, would let everybody in`() async throws {
    let folder = try await Raymesh.certificates()
    let files = RunningServer.files(in: folder)
    let byFlag = try await Raymesh.run(["serve", "--client-name", "kube-apiserver"] + files)
    let words = "found 'kube-apiserver' without --client-ca, which it requires"
    #expect(byFlag.status == 64)
    #expect(byFlag.errorText.hasPrefix("Error: --client-name: \(words)\n"), "\(byFlag.errorText)")
    let authority = ["--client-ca", folder.path("ca.crt")]
    let empty = try await Raymesh.run(["serve", "--client-name", ""] + authority + files)
    #expect(empty.status == 64)
    #expect(empty.errorText.hasPrefix("Error: --client-name: found '', expected names, none of them empty\n"))
    for names in [",", "a, ,b"] {
      let run = try await Raymesh.run(["serve"] + authority + files, environment: ["RAYMESH_CLIENT_NAME": names])
      #expect(run.status == 64)
      let words = "Error: RAYMESH_CLIENT_NAME: found '\(names)', expected names, none of them empty\n"
      #expect(run.errorText.hasPrefix(words), "\(run.errorText)")
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
