import Certificates
import Foundation
import TestSupport
import Testing
import TLS
import Transport

/// A serving certificate that follows its files.
@Suite struct ServingCertificateTests {
  private let folder: TemporaryFolder
  private let authority: CertificateAuthority

  init() throws {
    folder = try TemporaryFolder()
    authority = try CertificateAuthority(named: "test authority", days: 1)
  }

  /// A pair as PEM.
  private func pair(for host: String, days: Int = 1) throws -> (certificate: [UInt8], key: [UInt8]) {
    let key = try PrivateKey()
    let certificate = try authority.issue(to: [#require(CertificateHost(host))], key: key, days: days)
    return (try certificate.pem, try key.pem)
  }

  private func write(_ pair: (certificate: [UInt8], key: [UInt8])) throws -> ServingFiles {
    ServingFiles(
      certificate: try folder.write(pair.certificate, to: "tls.crt"), key: try folder.write(pair.key, to: "tls.key"))
  }

  private var now: Int { Int(Date.now.timeIntervalSince1970) }

  /// Whether a client that wants the host is content with what is served now.
  private func serves(_ host: String, _ certificate: ServingCertificate) throws -> Bool {
    let client = try TLSContext(trusting: [authority.certificate], protocols: [])
    return try WiredSessions(client: client, server: certificate.context, host: host).shakeHands().isComplete
  }

  @Test func `files that change are taken, and those that stay are not`() throws {
    let files = try write(pair(for: "a.test"))
    let certificate = try ServingCertificate(files, protocols: [])
    #expect(try serves("a.test", certificate))
    guard case .unchanged = certificate.look(at: files, second: now) else {
      return #expect(Bool(false), "nothing has changed")
    }
    _ = try write(pair(for: "b.test"))
    guard case .replaced(let facts) = certificate.look(at: files, second: now) else {
      return #expect(Bool(false), "a new pair is there")
    }
    #expect(facts.names == "DNS:b.test")
    #expect(facts.issuer == "CN = test authority")
    #expect(try serves("b.test", certificate) && !serves("a.test", certificate))
  }

  @Test func `half a pair, junk and nothing at all are refused, and the old pair goes on`() throws {
    let old = try pair(for: "a.test")
    let files = try write(old)
    let certificate = try ServingCertificate(files, protocols: [])
    let new = try pair(for: "b.test")
    for broken in [
      (new.certificate, old.key), (old.certificate, new.key), (Array("junk".utf8), new.key), (new.certificate, []),
      ([], []), (Array(new.certificate.dropLast(40)), new.key),
    ] {
      _ = try write(broken)
      guard case .refused(let reason) = certificate.look(at: files, second: now) else {
        return #expect(Bool(false), "\(broken)")
      }
      #expect(reason.contains("tls."), "\(reason)")
      #expect(try serves("a.test", certificate))
    }
    try FileManager.default.removeItem(at: folder.url.appending(path: "tls.key"))
    guard case .refused(let reason) = certificate.look(at: files, second: now) else {
      return #expect(Bool(false), "no key")
    }
    #expect(reason.contains("tls.key: No such file or directory"))
    _ = try write(new)
    guard case .replaced = certificate.look(at: files, second: now) else { return #expect(Bool(false), "a whole pair") }
    #expect(try serves("b.test", certificate))
  }

  @Test func `a pair that is not valid now does not replace one that is, and replaces one that is not either`() throws {
    let files = try write(pair(for: "a.test", days: 2))
    let certificate = try ServingCertificate(files, protocols: [])
    _ = try write(pair(for: "b.test", days: -1))
    guard case .refused(let reason) = certificate.look(at: files, second: now) else {
      return #expect(Bool(false), "an expired pair")
    }
    #expect(reason.hasPrefix("\(folder.url.path)/tls.crt: the certificate has expired at 20"), "\(reason)")
    #expect(try serves("a.test", certificate))
    _ = try write(pair(for: "b.test", days: 1))
    // An hour before it begins.
    guard case .refused(let early) = certificate.look(at: files, second: now - 3600) else {
      // Both are not valid then, so the new one is as good as the old one.
      return #expect(certificate.facts?.names == "DNS:b.test")
    }
    #expect(Bool(false), "\(early)")
  }

  @Test func `a named pipe, a device, a directory and a file that is too large are named and refused`() throws {
    let files = try write(pair(for: "a.test"))
    let certificate = try ServingCertificate(files, protocols: [])
    let key = folder.url.path + "/tls.key"
    for (make, found) in [
      ("pipe", "found a named pipe, expected a regular file"), ("folder", "found a directory, expected a regular file"),
      ("device", "found a device, expected a regular file"),
      ("large", "found more bytes, expected at most 1048576"),
    ] {
      try FileManager.default.removeItem(atPath: key)
      switch make {
      case "pipe": #expect(unsafe mkfifo(key, 0o600) == 0)
      case "folder": try FileManager.default.createDirectory(atPath: key, withIntermediateDirectories: false)
      case "device": try FileManager.default.createSymbolicLink(atPath: key, withDestinationPath: "/dev/zero")
      default: _ = try folder.write([UInt8](repeating: 10, count: 1 << 20 + 1), to: "tls.key")
      }
      guard case .refused(let reason) = certificate.look(at: files, second: now) else {
        return #expect(Bool(false), "\(make)")
      }
      #expect(reason == "read \(key): \(found)")
      #expect(try serves("a.test", certificate))
    }
  }

  @Test func `a session that has begun ends with the pair that it began with`() throws {
    let files = try write(pair(for: "a.test"))
    let certificate = try ServingCertificate(files, protocols: [])
    let client = try TLSContext(trusting: [authority.certificate], protocols: [])
    let sessions = try WiredSessions(client: client, server: certificate.context, host: "a.test")
    _ = try write(pair(for: "b.test"))
    _ = certificate.look(at: files, second: now)
    #expect(sessions.shakeHands().isComplete)
  }

  @Test func `it says when its validity starts and ends`() throws {
    let now = now
    let valid = try #require(ServingCertificate(write(pair(for: "a.test", days: 2)), protocols: []).facts)
    #expect(valid.problem(at: now) == nil && valid.isValid(at: now))
    #expect(valid.problem(at: now + 3 * 86400)?.hasPrefix("the certificate has expired at 20") == true)
    #expect(valid.problem(at: now - 86400)?.hasPrefix("the certificate is not valid before 20") == true)
  }

  @Test func `a change in the directory is told, also if kubelet swaps it by a link`() async throws {
    let loops = try EventLoopGroup(count: 1)
    let watch = try DirectoryWatch([folder.url.path, "/missing"], on: loops.first)
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.url.path + "/..data_tmp", withDestinationPath: "..2026")
    await watch.change(until: .now + .seconds(60))
    async let swapped: Void = within("the swap") { await watch.change(until: later) }
    #expect(unsafe rename(folder.url.path + "/..data_tmp", folder.url.path + "/..data") == 0)
    try await swapped
  }

  @Test func `a watch ends with its task`() async throws {
    let loops = try EventLoopGroup(count: 1)
    let watch = try DirectoryWatch([folder.url.path], on: loops.first)
    let task = Task { await watch.change(until: later) }
    task.cancel()
    #expect(try await !within("the end of the watch") { await task.value })
  }

  @Test func `a watch whose loop ends has ended too`() async throws {
    let loops = try EventLoopGroup(count: 1)
    let watch = try DirectoryWatch([folder.url.path], on: loops.first)
    _ = try folder.write([], to: "file")
    #expect(await watch.change(until: later))
    loops.enter(.aborting)
    #expect(try await !within("the end of the watch") { await watch.change(until: later) })
  }
}
