import TestSupport
import Testing
import TLS

struct TLSRefusalTests {
  @Test(arguments: ["localhost", "127.0.0.1", "::1", "other.test", "a.wild.test"])
  func `a host that the certificate names is trusted`(host: String) throws {
    let pair = try TLSPair(for: ["localhost", "127.0.0.1", "::1", "other.test", "*.wild.test"])
    #expect(try WiredSessions(pair, host: host).shakeHands().isComplete)
  }

  @Test(arguments: [
    ("example.test", "hostname mismatch"), ("b.a.wild.test", "hostname mismatch"), ("wild.test", "hostname mismatch"),
    ("127.0.0.2", "IP address mismatch"), ("::2", "IP address mismatch"),
  ])
  func `a host that the certificate does not name is refused`(host: String, reason: String) throws {
    let pair = try TLSPair(for: ["localhost", "127.0.0.1", "*.wild.test"])
    let handshake = try WiredSessions(pair, host: host).shakeHands()
    #expect(try #require(handshake.client.error).reasons == ["certificate verify failed", reason])
    // The server learns of it too, by an alert.
    #expect(try #require(handshake.server.error).operation == "TLS handshake")
  }

  @Test func `a certificate of another authority is refused`() throws {
    let sessions = try WiredSessions(client: TLSPair.stranger(), server: TLSPair().server)
    let handshake = sessions.shakeHands()
    #expect(
      try #require(handshake.client.error).description
        == "TLS handshake: certificate verify failed, unable to get local issuer certificate")
    #expect(try #require(handshake.server.error).reasons.first?.contains("unknown ca") == true)
  }

  @Test func `a certificate that has expired is refused`() throws {
    let handshake = try WiredSessions(TLSPair(days: -1)).shakeHands()
    #expect(try #require(handshake.client.error).reasons.last == "certificate has expired")
  }

  @Test(arguments: ["", String(repeating: "a", count: 300)])
  func `a client needs a host that a certificate can carry`(host: String) throws {
    let client = try TLSPair().client
    #expect(throws: TLSError.self) { try TLSSession(client, as: .client(host: host)) }
  }

  @Test(arguments: [("TLS 1.0", UInt8(1)), ("TLS 1.1", UInt8(2))])
  func `an old version is refused, and the client is told why`(name: String, minor: UInt8) throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    let error = try #require(server.handshake(after: clientHello(minor: minor)).error)
    #expect(error.reasons == ["unsupported protocol"])
    // A fatal alert (2), protocol_version (70): RFC 8446 section 6.2.
    #expect(server.takeOutput().suffix(2) == [2, 70])
  }

  @Test func `a client hello of TLS 1.2 made by hand is answered`() throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    #expect(server.handshake(after: clientHello(minor: 3)) == .incomplete)
    #expect(server.version == "TLSv1.2")
  }

  /// A client hello without extensions but the curves that ECDHE needs (RFC 5246 section 7.4.1.2, RFC 8422).
  private func clientHello(minor: UInt8) -> [UInt8] {
    let suites: [UInt8] = [0xC0, 0x2B, 0xC0, 0x09, 0xC0, 0x0A]
    let groups: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 23]
    let signatures: [UInt8] = [0, 13, 0, 4, 0, 2, 4, 3]
    let extensions = groups + signatures
    let body =
      [3, minor] + [UInt8](repeating: 7, count: 32) + [0, 0, UInt8(suites.count)] + suites + [1, 0]
      + [0, UInt8(extensions.count)] + extensions
    let message = [1, 0, 0, UInt8(body.count)] + body
    return [22, 3, 1, 0, UInt8(message.count)] + message
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n",
    "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
  ])
  func `bytes that are not a handshake are rejected`(text: String) throws {
    let server = try TLSSession(TLSPair().server, as: .server)
    var side = WiredSessions.Side.incomplete
    for byte in text.utf8 where side == .incomplete { side = server.handshake(after: [byte]) }
    #expect(try #require(side.error).operation == "TLS handshake")
  }

  @Test func `random bytes and changed flights are refused or waited for, and never agreed on`() throws {
    let pair = try TLSPair()
    var generator = SeededGenerator(seed: 20)
    for _ in 0..<300 {
      let handshake = try WiredSessions(pair).shakeHands { number, bytes in
        number == 0 ? [bytes.mutated(by: &generator, count: 3)] : [bytes]
      }
      // The transcript is signed, so both sides never take a hello that was changed on its way.
      #expect(!handshake.isComplete)
    }
  }
}
