import HTTP
import HTTPTypes
import TestSupport
import Testing
import TLS
import Transport

@testable import Kubernetes

/// A kubeconfig with a client certificate, against a server that asks for one.
@Suite(.timeLimit(.minutes(3)))
struct ClientCertificateTests {
  private let authority: CertificateAuthority
  private let loops: EventLoopGroup

  init() throws {
    authority = try CertificateAuthority(named: "cluster", days: 1)
    loops = try EventLoopGroup(count: 1)
  }

  /// A server that lets in whom the authority vouches for.
  private func context() throws -> TLSContext {
    let key = try PrivateKey()
    let hosts = [try #require(CertificateHost("127.0.0.1"))]
    let identity = try Identity(chain: [authority.issue(to: hosts, key: key, days: 1)], key: key)
    let clients = ClientTrust(authorities: [authority.certificate], names: ["admin"])
    return try TLSContext(server: identity, clients: clients, protocols: ["http/1.1"])
  }

  private func ask(_ name: String?) async throws {
    var router = Router()
    router.add(.get, "/version") { _ in Response(.ok, contentType: "application/json", body: Array("{}".utf8)) }
    try await LoopbackServer.with(router, tls: context()) { server in
      let key = try PrivateKey()
      let pair = try name.map { name in
        ClusterAccess.Pair(
          certificate: .inline(try authority.issue(toClient: name, key: key, days: 1).pem, named: "certificate"),
          key: .inline(try key.pem, named: "key"))
      }
      let trusted = Material.inline(try authority.certificate.pem, named: "authority")
      let access = ClusterAccess(
        endpoint: server.endpoint, prefix: "", serverName: nil,
        security: ClusterAccess.Security(authority: trusted, client: pair), token: nil, namespace: nil)
      _ = try await KubernetesClient(access, on: loops.first).send(APICall(.read, "/version"), until: later)
    }
  }

  @Test func `the certificate is shown`() async throws { try await ask("admin") }

  @Test(arguments: [nil, "somebody"]) func `without the right one nobody is let in`(name: String?) async throws {
    await #expect(throws: KubernetesError.self) { try await ask(name) }
  }

  @Test func `a pair that does not belong together is an error that says so`() async throws {
    let (one, other) = (try PrivateKey(), try PrivateKey())
    let pair = ClusterAccess.Pair(
      certificate: .inline(try authority.issue(toClient: "admin", key: one, days: 1).pem, named: "certificate"),
      key: .inline(try other.pem, named: "key"))
    let trusted = Material.inline(try authority.certificate.pem, named: "authority")
    let access = ClusterAccess(
      endpoint: Endpoint(host: "127.0.0.1", port: 1), prefix: "", serverName: nil,
      security: ClusterAccess.Security(authority: trusted, client: pair), token: nil, namespace: nil)
    let error = #expect(throws: AccessError.self) { _ = try access.context() }
    #expect(error?.description.contains("pair certificate and key") == true)
  }
}
