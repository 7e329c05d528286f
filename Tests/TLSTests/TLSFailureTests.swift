import TestSupport
import Testing
import TLS

/// What went wrong, in the words that an operator counts by.
@Suite struct TLSFailureTests {
  @Test func `a client that trusts another authority means a wrong caBundle`() throws {
    let sessions = try WiredSessions(client: TLSPair.stranger(), server: TLSPair().server)
    #expect(try #require(sessions.shakeHands().server.error).failure == .unknownAuthority)
  }

  @Test func `a certificate that the client finds expired, or for another name, is told apart`() throws {
    let expired = try WiredSessions(TLSPair(days: -1)).shakeHands()
    #expect(try #require(expired.server.error).failure == .expiredCertificate)
    let other = try WiredSessions(TLSPair(for: ["localhost"]), host: "example.test").shakeHands()
    #expect(try #require(other.server.error).failure == .badCertificate)
  }

  @Test func `plain HTTP, protocols and versions that are not ours are told apart`() throws {
    let pair = try TLSPair(clientProtocols: ["spdy/1"])
    #expect(try #require(WiredSessions(pair).shakeHands().server.error).failure == .noSharedProtocol)
    let plain = try TLSSession(pair.server, as: .server)
    #expect(try #require(plain.handshake(after: Array("GET / HTTP/1.1\r\n\r\n".utf8)).error).failure == .plainHTTP)
    let garbage = try TLSSession(pair.server, as: .server)
    #expect(try #require(garbage.handshake(after: [UInt8](repeating: 7, count: 64)).error).failure == .other)
  }

  @Test func `the names that are counted by are distinct words`() {
    let names = TLSFailure.allCases.map(\.rawValue)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" } })
  }
}
