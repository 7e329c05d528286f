import TestSupport
import Testing
import TLS

struct ALPNTests {
  @Test(arguments: [
    (["http/1.1"], ["http/1.1"], "http/1.1"),
    // The server's wish counts, not the order of the client's offer.
    (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"),
    (["http/1.1", "h2"], ["h2", "http/1.1"], "http/1.1"),
    (["http/1.1"], ["spdy/3", "http/1.1"], "http/1.1"),
  ])
  func `the server chooses what it wants most of what is offered`(
    served: [String], offered: [String], agreed: String
  ) throws {
    let sessions = try WiredSessions(TLSPair(serverProtocols: served, clientProtocols: offered))
    #expect(sessions.shakeHands().isComplete)
    #expect(sessions.client.negotiatedProtocol == agreed)
    #expect(sessions.server.negotiatedProtocol == agreed)
  }

  @Test func `a client that offers nothing is served`() throws {
    let sessions = try WiredSessions(TLSPair(clientProtocols: []))
    #expect(sessions.shakeHands().isComplete)
    #expect(sessions.client.negotiatedProtocol == nil)
    #expect(sessions.server.negotiatedProtocol == nil)
  }

  @Test(arguments: [["h2"], ["http/1.0"], ["http/1.1x", "HTTP/1.1"], ["http/1"]])
  func `a client that offers none of the server's is refused`(offered: [String]) throws {
    let handshake = try WiredSessions(TLSPair(clientProtocols: offered)).shakeHands()
    #expect(
      handshake.server == .failed(TLSError("TLS handshake", reasons: ["no application protocol"], .noSharedProtocol)))
    #expect(try #require(handshake.client.error).reasons.first?.contains("no application protocol") == true)
  }

  @Test func `a name that the wire has no room for is an error`() {
    #expect(throws: TLSError.self) { try TLSPair(clientProtocols: ["http/1.1", ""]) }
  }
}
