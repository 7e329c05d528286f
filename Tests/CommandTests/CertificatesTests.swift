import Foundation
import TestSupport
import Testing
import TLS
import Transport

/// `raymesh certificates`, looked at with OpenSSL's own program.
@Suite struct CertificatesTests {
  @Test(arguments: ["000", "022", "077"]) func `keys are for their owner alone, whatever the umask`(mask: String)
    async throws
  {
    let folder = try TemporaryFolder()
    let made = folder.path("new")
    let script = "umask \(mask); exec \"$0\" certificates --host localhost --directory \"$1\""
    let run = try await Subprocess.run(["sh", "-c", script, Raymesh.path, made])
    #expect(run.status == 0)
    #expect(run.text == "" && run.errorText == "")
    let names = try FileManager.default.contentsOfDirectory(atPath: made).sorted()
    #expect(names == ["ca.crt", "ca.key", "tls.crt", "tls.key"])
    for name in names {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(made)/\(name)")
      let mode = (attributes[.posixPermissions] as? Int) ?? 0
      #expect(mode == (name.hasSuffix(".key") || mask == "077" ? 0o600 : 0o644), "\(name): \(String(mode, radix: 8))")
    }
  }

  @Test func `the authority stays, and the second pair is verified by it like the first`() async throws {
    let folder = try await Raymesh.certificates()
    let first = try ["ca.crt", "ca.key", "tls.crt", "tls.key"].map { try folder.bytes($0) }
    #expect(try await verifies(folder))
    let again = try await Raymesh.run("certificates", "--host", "localhost", "--directory", folder.path)
    #expect(again.status == 0)
    let second = try ["ca.crt", "ca.key", "tls.crt", "tls.key"].map { try folder.bytes($0) }
    #expect(first[0] == second[0] && first[1] == second[1])
    #expect(first[2] != second[2] && first[3] != second[3])
    #expect(try await verifies(folder))
    let other = try await Raymesh.certificates()
    let mixed = try await openssl("verify", "-CAfile", other.path("ca.crt"), folder.path("tls.crt"))
    #expect(mixed.status != 0)
  }

  @Test func `the certificate is for the hosts that were named and no others, and belongs to its key`() async throws {
    let hosts = ["raymesh.ray.svc", "10.0.0.1", "fd00::1"]
    let folder = try await Raymesh.certificates(for: hosts)
    func matches(_ flag: String, _ host: String) async throws -> Bool {
      let run = try await openssl("x509", "-in", folder.path("tls.crt"), "-noout", flag, host)
      return run.text.contains("does match")
    }
    #expect(try await matches("-checkhost", "raymesh.ray.svc"))
    #expect(try await matches("-checkip", "10.0.0.1"))
    #expect(try await matches("-checkip", "fd00::1"))
    #expect(try await !matches("-checkhost", "localhost"))
    #expect(try await !matches("-checkip", "127.0.0.1"))
    let inCertificate = try await openssl("x509", "-in", folder.path("tls.crt"), "-noout", "-pubkey")
    let ofKey = try await openssl("pkey", "-in", folder.path("tls.key"), "-pubout")
    #expect(inCertificate.output == ofKey.output)
    let text = try await openssl("x509", "-in", folder.path("tls.crt"), "-noout", "-text").text
    for words in ["ASN1 OID: prime256v1", "CA:FALSE", "TLS Web Server Authentication"] { #expect(text.contains(words)) }
  }

  @Test func `the flag may be repeated, and the certificate lasts as long as asked`() async throws {
    let folder = try TemporaryFolder()
    let run = try await Raymesh.run(
      "certificates", "--host", "a.example", "--host", "b.example", "--days", "2", "--directory", folder.path)
    #expect(run.status == 0)
    let names = try await openssl("x509", "-in", folder.path("tls.crt"), "-noout", "-ext", "subjectAltName")
    #expect(names.text.contains("DNS:a.example, DNS:b.example"))
    let day = 24 * 60 * 60
    for (file, days, isValid) in [("tls.crt", 1, true), ("tls.crt", 3, false), ("ca.crt", 3000, true)] {
      let run = try await openssl("x509", "-in", folder.path(file), "-noout", "-checkend", "\(days * day)")
      #expect((run.status == 0) == isValid, "\(file)")
    }
  }

  @Test(arguments: ["a_b", "a b", "-a", "a..b", "*", "1.2.3.4.5/8"]) func `an invalid host is wrong usage`(
    host: String
  ) async throws {
    let folder = try TemporaryFolder()
    let run = try await Raymesh.run("certificates", "--directory", folder.path("new"), "--host=\(host)")
    #expect(run.status == 64)
    #expect(run.errorText.contains("--host: found '\(host)', expected a DNS name or an IP address"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("new")))
  }

  @Test func `a directory that nothing can be written to is named`() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write([], to: "file")
    for (directory, words) in [
      ("/proc", "create /proc/ca.key.new: "), (file, "create \(file)/ca.key.new: Not a directory"),
      ("\(file)/below", "make directory \(file)/below: Not a directory"),
    ] {
      let run = try await Raymesh.run("certificates", "--host", "a", "--directory", directory)
      #expect(run.status == 1)
      #expect(run.errorText.hasPrefix("raymesh: \(words)"), "\(run.errorText)")
    }
  }

  @Test(.enabled("root writes anywhere") { try await Subprocess.run(["id", "-u"]).text != "0\n" })
  func `a directory that is read-only is left as it is`() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    let run = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: create \(folder.path)/ca.key.new: Permission denied\n")
  }

  @Test(arguments: [("ca.key", "junk", "read a private key from"), ("ca.crt", "junk", "read certificates from")])
  func `an authority that cannot be read is named, not replaced`(name: String, content: String, words: String)
    async throws
  {
    let folder = try await Raymesh.certificates()
    let kept = try folder.bytes("tls.crt")
    let file = try folder.write(Array(content.utf8), to: name)
    let run = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(run.status == 1)
    #expect(run.errorText.hasPrefix("raymesh: \(words) \(file): "), "\(run.errorText)")
    #expect(try folder.bytes(name) == Array(content.utf8))
    #expect(try folder.bytes("tls.crt") == kept)
  }

  @Test func `half an authority is named, not replaced`() async throws {
    let folder = try await Raymesh.certificates()
    try FileManager.default.removeItem(atPath: folder.path("ca.crt"))
    let run = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: open \(folder.path("ca.crt")): No such file or directory\n")
  }

  @Test func `an authority whose key is elsewhere is named, not replaced`() async throws {
    let folder = try await Raymesh.certificates()
    let kept = try folder.bytes("ca.crt")
    try FileManager.default.removeItem(atPath: folder.path("ca.key"))
    let run = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(run.status == 1)
    #expect(run.errorText == "raymesh: open \(folder.path("ca.key")): No such file or directory\n")
    #expect(try folder.bytes("ca.crt") == kept)
  }

  @Test func `what may vouch for nobody is no authority`() async throws {
    let folder = try await Raymesh.certificates()
    let (certificate, key) = (try folder.bytes("tls.crt"), try folder.bytes("tls.key"))
    _ = try (folder.write(certificate, to: "ca.crt"), folder.write(key, to: "ca.key"))
    let leaf = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(leaf.status == 1)
    #expect(
      leaf.errorText == "raymesh: \(folder.path("ca.crt")): found no CA, expected a certificate with CA:TRUE\n")
    let past = try CertificateAuthority(named: "past", days: 1, at: 1_700_000_000)
    _ = try (folder.write(past.certificate.pem, to: "ca.crt"), folder.write(past.key.pem, to: "ca.key"))
    let expired = try await Raymesh.run("certificates", "--host", "a", "--directory", folder.path)
    #expect(expired.status == 1)
    #expect(
      expired.errorText == "raymesh: \(folder.path("ca.crt")): the certificate has expired at 2023-11-15T22:13:20Z\n")
    #expect(try folder.bytes("tls.crt") == certificate)
  }

  private func verifies(_ folder: TemporaryFolder) async throws -> Bool {
    let arguments = ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost"]
    let run = try await Subprocess.run(
      ["openssl"] + arguments + ["-CAfile", folder.path("ca.crt"), folder.path("tls.crt")])
    return run.status == 0
  }

  private func openssl(_ arguments: String...) async throws -> Subprocess {
    try await Subprocess.run(["openssl"] + arguments)
  }
}
