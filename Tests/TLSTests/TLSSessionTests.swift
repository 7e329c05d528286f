import TestSupport
import Testing
import TLS

struct TLSSessionTests {
  private let pair: TLSPair

  init() throws { pair = try TLSPair() }

  @Test func `client and server agree on TLS 1.3`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    #expect(sessions.client.version == "TLSv1.3")
    #expect(sessions.server.version == "TLSv1.3")
  }

  @Test func `a handshake succeeds wherever a flight is cut`() throws {
    let flights = try WiredSessions(pair).shakeHands().flights
    #expect(flights.count == 4)
    for (flight, length) in flights.enumerated() {
      for place in 1..<length {
        let sessions = try WiredSessions(pair)
        let handshake = sessions.shakeHands { number, bytes in
          // Signatures vary in length, so a flight may be shorter this time.
          guard number == flight, place < bytes.count else { return [bytes] }
          return [Array(bytes[..<place]), Array(bytes[place...])]
        }
        #expect(handshake.isComplete, "flight \(flight) cut at \(place)")
      }
    }
  }

  @Test func `a handshake succeeds byte by byte, and so does what follows`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands { $1.oneByOne }.isComplete)
    var received: [UInt8] = []
    for byte in try sessions.client.encrypt(Array("to be or not".utf8)) {
      sessions.server.receive([byte])
      received += try sessions.server.readAll().bytes
    }
    #expect(received == Array("to be or not".utf8))
  }

  @Test(arguments: [1, 16383, 16384, 16385, 1 << 20])
  func `data of any length arrives as it was sent, both ways`(length: Int) throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    var generator = SeededGenerator(seed: UInt64(length))
    let data = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for (from, to) in [(sessions.client, sessions.server), (sessions.server, sessions.client)] {
      for piece in try from.encrypt(data).cut(by: &generator, longest: 40_000) { to.receive(piece) }
      let (bytes, isEnd) = try to.readAll()
      #expect(bytes == data)
      #expect(!isEnd)
    }
  }

  @Test func `nothing written is nothing sent`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    #expect(try sessions.client.encrypt([]) == [])
  }

  @Test func `the end is told, and the other side may go on`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    sessions.client.finishWriting()
    sessions.server.receive(sessions.client.takeOutput())
    #expect(try sessions.server.readAll() == ([], true))
    sessions.client.receive(try sessions.server.encrypt([1, 2, 3]))
    #expect(try sessions.client.readAll() == ([1, 2, 3], false))
  }

  @Test func `a changed byte is an error, not data`() throws {
    let sessions = try WiredSessions(pair)
    #expect(sessions.shakeHands().isComplete)
    var record = try sessions.client.encrypt(Array("allowed: true".utf8))
    record[record.count - 1] ^= 1
    sessions.server.receive(record)
    #expect(throws: TLSError.self) { try sessions.server.readAll() }
  }
}
