import HTTP
import TestSupport
import Testing
import Transport

/// Many clients at once.
@Suite(.timeLimit(.minutes(3)))
struct ServerCrowdTests {
  @Test(arguments: Wire.allCases)
  func `a hundred connections at once each get their own answers`(wire: Wire) async throws {
    try await wire.serve { visit in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            let client = try await visit.connect()
            for round in 0..<5 {
              try await client.send(echo("\(number) in round \(round)"))
              #expect(try await client.response().text == "\(number) in round \(round)")
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test(arguments: Wire.allCases)
  func `a hundred connections that stay open are all ended by draining`(wire: Wire) async throws {
    try await wire.serve { visit in
      var clients: [WireClient] = []
      for _ in 0..<100 { clients.append(try await visit.connect()) }
      visit.server.server.drain()
      for client in clients { #expect(try await client.rest() == []) }
      try await visit.server.end()
    }
  }

  @Test(arguments: Wire.allCases)
  func `clients that come, misbehave and go do no harm to one that stays`(wire: Wire) async throws {
    try await wire.serve { visit in
      let steady = try await visit.connect()
      var generator = SeededGenerator(seed: 9)
      let whole = Array(echo("a body").utf8)
      for round in 0..<60 {
        let client = try await visit.connect()
        let bytes = round.isMultiple(of: 2) ? whole.mutated(by: &generator, count: 2) : Array(whole.prefix(round))
        // The server may have ended the connection by the time of the second piece.
        try? await client.send(bytes.cut(by: &generator, longest: 40))
        try await steady.send(echo("\(round)"))
        #expect(try await steady.response().text == "\(round)")
      }
    }
  }
}
