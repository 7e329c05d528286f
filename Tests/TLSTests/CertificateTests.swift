import Foundation
import TestSupport
import Testing

@testable import TLS

struct CertificateTests {
  private let authority: CertificateAuthority
  private let key: PrivateKey
  private let certificate: Certificate

  init() throws {
    authority = try CertificateAuthority(named: "test authority", days: 1)
    key = try PrivateKey()
    certificate = try authority.issue(to: [.name("localhost")], key: key, days: 1)
  }

  @Test func `a chain comes back from PEM in its order, whatever stands between`() throws {
    let chain = try [certificate.pem, Array("\nsome words\n".utf8), key.pem, authority.certificate.pem]
    let read = try Certificate.all(in: Array(chain.joined()), named: "tls.crt")
    #expect(try read.map { try $0.pem } == [certificate.pem, authority.certificate.pem])
  }

  @Test func `a key comes back from PEM, and still is the certificate's`() throws {
    let pem = try key.pem
    #expect(String(decoding: pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    let read = try PrivateKey(pem: pem, named: "tls.key")
    #expect(try read.pem == pem)
    _ = try Identity(chain: [certificate], key: read)
  }

  @Test func `an authority comes back from its own PEM, and its certificates are trusted`() throws {
    let read = try CertificateAuthority(
      certificate: #require(Certificate.all(in: authority.certificate.pem, named: "ca.crt").first),
      key: PrivateKey(pem: authority.key.pem, named: "ca.key"))
    let issued = try read.issue(to: [.name("localhost")], key: key, days: 1)
    let server = try TLSContext(server: Identity(chain: [issued], key: key), protocols: [])
    let client = try TLSContext(trusting: [authority.certificate], protocols: [])
    #expect(try WiredSessions(client: client, server: server).shakeHands().isComplete)
  }

  @Test func `a key that is another certificate's is refused`() throws {
    let other = try PrivateKey()
    let error = try #require(throws: TLSError.self) { try Identity(chain: [certificate], key: other) }
    #expect(error.description == "pair certificate and key: key values mismatch")
    #expect(throws: error) { try CertificateAuthority(certificate: certificate, key: other) }
    // The order of a chain counts: the serving certificate first.
    #expect(throws: error) { try Identity(chain: [authority.certificate, certificate], key: key) }
  }

  @Test func `an identity has a certificate`() {
    #expect(throws: TLSError("pair certificate and key", reasons: ["no certificate"])) {
      try Identity(chain: [], key: key)
    }
  }

  @Test(arguments: ["", String(repeating: "a", count: 65)])
  func `an authority's name is as long as X.509 has room for`(name: String) {
    #expect(throws: TLSError.self) { try CertificateAuthority(named: name, days: 1) }
  }

  @Test func `a certificate without a host cannot be issued`() {
    #expect(throws: TLSError.self) { try authority.issue(to: [], key: key, days: 1) }
  }

  @Test func `an invalid certificate is reported with its source`() throws {
    let whole = try certificate.pem
    var changed = whole
    changed[100] = UInt8(ascii: "!")
    let texts = try [[], Array("no PEM".utf8), key.pem, whole.dropLast(40), changed, whole + changed]
    for text in texts {
      let error = try #require(throws: TLSError.self) { try Certificate.all(in: text, named: "etc/tls.crt") }
      #expect(error.operation == "read certificates from etc/tls.crt")
      #expect(!error.reasons.isEmpty)
    }
  }

  @Test func `an invalid key is reported with its source`() throws {
    let whole = try key.pem
    let texts = try [[], Array("no PEM".utf8), certificate.pem, whole.dropLast(30), Array(whole.dropFirst(9))]
    for text in texts {
      let error = try #require(throws: TLSError.self) { try PrivateKey(pem: text, named: "etc/tls.key") }
      #expect(error.operation == "read a private key from etc/tls.key")
      #expect(!error.reasons.isEmpty)
    }
  }

  @Test(.enabled(if: Program.isInstalled("openssl"), "openssl encrypts the key"))
  func `an encrypted key is refused, and nobody is asked for its password`() async throws {
    let encrypt = ["openssl", "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret"]
    let encrypted = try await Subprocess.run(encrypt, input: key.pem)
    try #require(encrypted.status == 0, "\(encrypted.errorText)")
    try #require(encrypted.text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
    let error = try #require(throws: TLSError.self) { try PrivateKey(pem: encrypted.output, named: "etc/tls.key") }
    #expect(error.reasons == ["it is encrypted, expected one without password"])
    #expect(error.operation == "read a private key from etc/tls.key")
  }

  @Test func `PEM with mutated bytes is read or refused`() throws {
    var generator = SeededGenerator(seed: 7)
    let (pair, alone) = try (certificate.pem, key.pem)
    for _ in 0..<500 {
      let certificates = try? Certificate.all(in: pair.mutated(by: &generator, count: 2), named: "mutated")
      #expect(certificates?.isEmpty != true)
      _ = try? PrivateKey(pem: alone.mutated(by: &generator, count: 2), named: "mutated")
    }
  }
}
