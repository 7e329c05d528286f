import Foundation
import TestSupport
import Testing
import TLS

/// What an API server would say to a serving certificate, tried with certificates that are made for it.
struct CertificateTrustTests {
  private let authority: CertificateAuthority
  private let certificate: Certificate
  private let now = Int(Date().timeIntervalSince1970)

  init() throws {
    authority = try CertificateAuthority(named: "one", days: 30)
    let hosts = ["raymesh.raymesh-system.svc", "*.example.test", "10.0.0.1"].compactMap { CertificateHost($0) }
    certificate = try authority.issue(to: hosts, key: PrivateKey(), days: 10)
  }

  private func problem(_ host: String, trusting other: CertificateAuthority? = nil, days: Int = 0) throws -> String? {
    let host = try #require(CertificateHost(host))
    return try certificate.problem(
      trusting: [(other ?? authority).certificate], host: host, at: now + days * 86_400)
  }

  @Test(arguments: ["raymesh.raymesh-system.svc", "a.example.test", "10.0.0.1"])
  func `its authority vouches for it, for each of its names`(host: String) throws {
    #expect(try problem(host) == nil)
    #expect(certificate.names(try #require(CertificateHost(host))))
  }

  @Test(arguments: ["raymesh.other.svc", "a.b.example.test", "10.0.0.2"])
  func `it is for no other name`(host: String) throws {
    let problem = try #require(try problem(host))
    #expect(problem.contains("mismatch"), "\(problem)")
    #expect(!certificate.names(try #require(CertificateHost(host))))
  }

  @Test func `an authority of the same name does not vouch for it`() throws {
    let other = try CertificateAuthority(named: "one", days: 30)
    #expect(try problem("10.0.0.1", trusting: other) != nil)
  }

  @Test(arguments: [(11, "expired"), (-1, "not yet valid")]) func `it has its time`(days: Int, words: String) throws {
    let problem = try #require(try problem("10.0.0.1", days: days))
    #expect(problem.contains(words), "\(problem)")
  }

  @Test func `if the certificate itself is trusted nobody else need vouch`() throws {
    let host = try #require(CertificateHost("10.0.0.1"))
    #expect(try certificate.problem(trusting: [certificate], host: host, at: now) == nil)
  }

  @Test func `an empty subject is no name, and neither is a client's`() throws {
    let host = try #require(CertificateHost("somebody"))
    let client = try authority.issue(toClient: "somebody", key: PrivateKey(), days: 1)
    #expect(!client.names(host))
    #expect(try client.problem(trusting: [authority.certificate], host: host, at: now) != nil)
  }
}
