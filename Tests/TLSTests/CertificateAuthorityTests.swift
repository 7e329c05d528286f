import Foundation
import TestSupport
import Testing
import TLS

/// What OpenSSL's own command line says to certificates that Raymesh made.
@Suite(.enabled(if: Program.isInstalled("openssl"), "openssl judges the certificates"))
struct CertificateAuthorityTests {
  private let folder: TemporaryFolder
  private let authorityFile: String
  private let certificateFile: String
  private let keyFile: String

  init() throws {
    folder = try TemporaryFolder()
    let authority = try CertificateAuthority(named: "test authority", days: 3650)
    let key = try PrivateKey()
    let hosts = ["raymesh.raymesh-system.svc", "*.example.test", "127.0.0.1", "::1", "2001:db8::7", "::ffff:10.0.0.1"]
    let certificate = try authority.issue(to: hosts.compactMap { CertificateHost($0) }, key: key, days: 30)
    authorityFile = try folder.write(authority.certificate.pem, to: "ca.crt")
    certificateFile = try folder.write(certificate.pem, to: "tls.crt")
    keyFile = try folder.write(key.pem, to: "tls.key")
  }

  @Test func `a serving certificate is right for a server, strictly`() async throws {
    let verify = ["openssl", "verify", "-x509_strict", "-CAfile", authorityFile]
    for use in [
      ["-purpose", "sslserver"], ["-verify_hostname", "raymesh.raymesh-system.svc"], ["-verify_ip", "::1"],
    ] {
      let verdict = try await Subprocess.run(verify + use + [certificateFile])
      #expect(verdict.text == "\(certificateFile): OK\n", "\(verdict.errorText)")
    }
  }

  @Test(arguments: [
    ["-purpose", "sslclient"], ["-verify_hostname", "other.test"], ["-verify_ip", "127.0.0.2"],
    ["-attime", "4102444800"],
  ])
  func `it is right for nothing else`(use: [String]) async throws {
    let verify = ["openssl", "verify", "-CAfile", authorityFile] + use + [certificateFile]
    #expect(try await Subprocess.run(verify).status != 0)
  }

  @Test func `a serving certificate names hosts alone`() async throws {
    let text = try await Subprocess.run(["openssl", "x509", "-noout", "-text", "-in", certificateFile]).text
    let lines = Set(text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    for line in [
      "Version: 3 (0x2)", "Issuer: CN = test authority", "Subject:", "Signature Algorithm: ecdsa-with-SHA256",
      "ASN1 OID: prime256v1", "X509v3 Subject Alternative Name: critical",
      "DNS:raymesh.raymesh-system.svc, DNS:*.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, "
        + "IP Address:2001:DB8:0:0:0:0:0:7, IP Address:0:0:0:0:0:FFFF:A00:1",
      "X509v3 Basic Constraints: critical", "CA:FALSE", "X509v3 Key Usage: critical", "Digital Signature",
      "X509v3 Extended Key Usage:", "TLS Web Server Authentication",
    ] { #expect(lines.contains(line), "\(line) is not in:\n\(text)") }
  }

  @Test func `an authority may sign certificates, and none of them may`() async throws {
    let text = try await Subprocess.run(["openssl", "x509", "-noout", "-text", "-in", authorityFile]).text
    for part in ["Subject: CN = test authority", "CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign"] {
      #expect(text.contains(part), "\(part) is not in:\n\(text)")
    }
  }

  @Test func `a certificate holds from a little before now for as long as asked`() async throws {
    let within = ["openssl", "x509", "-noout", "-in", certificateFile, "-checkend"]
    #expect(try await Subprocess.run(within + ["\(29 * 86_400)"]).status == 0)
    #expect(try await Subprocess.run(within + ["\(31 * 86_400)"]).status == 1)
    let clocks = ["openssl", "verify", "-CAfile", authorityFile, "-attime"]
    let now = Int(Date().timeIntervalSince1970)
    #expect(try await Subprocess.run(clocks + ["\(now - 120)", certificateFile]).status == 0)
    #expect(try await Subprocess.run(clocks + ["\(now - 3600)", certificateFile]).status != 0)
  }

  @Test func `serial numbers are positive, long and never the same`() async throws {
    let serial = ["openssl", "x509", "-noout", "-serial", "-in"]
    let first = try await Subprocess.run(serial + [certificateFile]).text
    let second = try await Subprocess.run(serial + [authorityFile]).text
    #expect(first != second)
    #expect(first.wholeMatch(of: /serial=[0-9A-F]{16,32}\n/) != nil)
  }

  @Test func `the key file is a P-256 key that openssl reads`() async throws {
    let check = try await Subprocess.run(["openssl", "pkey", "-noout", "-check", "-text", "-in", keyFile])
    #expect(check.text.contains("Key is valid"))
    #expect(check.text.contains("NIST CURVE: P-256"))
  }
}
