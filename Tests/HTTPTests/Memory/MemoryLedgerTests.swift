import Testing
import Transport

@testable import HTTP

/// Tests of which bodies get memory, wait or are cut off, at given times.
struct MemoryLedgerTests {
  private static let start = Instant.now
  private static let large = 1 << 20

  /// Room for 400 kB of small bodies, 4 MiB of large ones, and the work on one of 2 MiB.
  private var ledger = MemoryLedger(shares(large: 4 * large), grace: .seconds(1))

  private static func shares(large: Int) -> MemoryShares {
    var shares = MemoryShares(of: 0, largestBody: 0)
    (shares.small, shares.large, shares.work) = (400_000, large, 2 * MemoryLedgerTests.large * MemoryShares.workFactor)
    return shares
  }

  private static func at(_ seconds: Double) -> Instant { start + .seconds(1) * seconds }

  @discardableResult
  private mutating func enter(
    _ peer: String, _ count: Double = 1, _ share: MemoryLedger.Share = .large, at seconds: Double = 0
  ) -> MemoryLedger.ID {
    let size = share == .large ? Double(Self.large) : 100_000
    return ledger.enter(share, Int(count * size), from: peer, nil, at: Self.at(seconds))
  }

  private mutating func settle(at seconds: Double) { ledger.settle(at: Self.at(seconds)) }

  private func states(_ ids: [MemoryLedger.ID]) -> [MemoryLedger.State] { ids.map { ledger.state(of: $0) } }

  @Test mutating func `what fits is admitted at once`() {
    let ids = [enter("a"), enter("a", 3)]
    #expect(states(ids) == [.granted, .granted])
    #expect(ledger.held[.large] == 4 * Self.large)
  }

  @Test mutating func `what does not fit waits, the oldest first`() {
    let first = enter("a", 4)
    let waiting = [enter("b", 3), enter("b"), enter("b", 2)]
    #expect(states(waiting) == [.waiting, .waiting, .waiting])
    ledger.leave(first, at: Self.at(0.1))
    #expect(states(waiting) == [.granted, .granted, .waiting])
  }

  @Test mutating func `nobody overtakes a claim that is too large for now`() {
    enter("a", 3)
    let ids = [enter("b", 2), enter("b")]
    #expect(states(ids) == [.waiting, .waiting])
  }

  @Test mutating func `the peer that holds least goes first`() {
    let ids = [enter("greedy", 2), enter("greedy", 2)]
    let waiting = [enter("greedy", 2), enter("modest", 2)]
    ledger.leave(ids[0], at: Self.at(0.1))
    #expect(states(waiting) == [.waiting, .granted])
  }

  @Test mutating func `large bodies never keep small ones out, nor the other way round`() {
    enter("a", 4)
    enter("a")
    let small = (0..<5).map { _ in enter("b", 1, .small) }
    #expect(states(small) == [.granted, .granted, .granted, .granted, .waiting])
  }

  @Test mutating func `a body has a second to itself before it is cut for another`() {
    let slow = enter("a", 4)
    let next = enter("b", at: 0.5)
    settle(at: 0.9)
    #expect(states([slow, next]) == [.granted, .waiting])
    settle(at: 1)
    #expect(states([slow, next]) == [.cut, .waiting])
    ledger.leave(slow, at: Self.at(1.1))
    #expect(states([next]) == [.granted])
  }

  @Test mutating func `a peer's own bodies are cut for each other only as they are slow`() {
    let ids = [enter("a", 2), enter("a", 2)]
    ledger.progress(ids[0], Self.large)
    let next = enter("a")
    settle(at: 3)
    #expect(states(ids + [next]) == [.granted, .cut, .waiting])
    ledger.leave(ids[1], at: Self.at(3.1))
    #expect(states([next]) == [.granted])
    enter("a", 4, at: 3.2)
    settle(at: 3.9)
    #expect(states([ids[0]]) == [.granted])
    settle(at: 5)
    #expect(states([ids[0]]) == [.cut])
  }

  @Test mutating func `nobody is cut while nobody waits`() {
    let slow = enter("a", 4)
    settle(at: 100)
    #expect(states([slow]) == [.granted])
  }

  @Test mutating func `the peer that holds most is cut first, its oldest body, and no more than is needed`() {
    let modest = enter("modest")
    let greedy = [enter("greedy"), enter("greedy"), enter("greedy")]
    enter("other", at: 2)
    settle(at: 3)
    #expect(states([modest] + greedy) == [.granted, .cut, .granted, .granted])
    settle(at: 4)
    #expect(states([modest] + greedy) == [.granted, .cut, .granted, .granted])
  }

  @Test mutating func `a cut body that does not react within a second is aborted`() {
    enter("a", 4)
    enter("b", at: 2)
    settle(at: 2.5)
    _ = ledger.takeEffects()
    settle(at: 3.1)
    let isBrokenOff = ledger.takeEffects().contains { if case .breakOff = $0 { true } else { false } }
    #expect(isBrokenOff)
  }

  @Test mutating func `a body that has come whole is not cut any more, also when it had been`() {
    let slow = enter("a", 4)
    enter("b", at: 2)
    #expect(states([slow]) == [.cut])
    ledger.complete(slow, 2 * Self.large, at: Self.at(2.1))
    settle(at: 10)
    #expect(states([slow]) == [.granted])
  }

  @Test mutating func `room that a body did not need is given back when it is whole`() {
    let body = enter("a", 4)
    let next = enter("b", 3)
    ledger.complete(body, Self.large, at: Self.at(0.1))
    #expect(states([next]) == [.granted])
  }

  @Test mutating func `large bodies are worked on as their parsed form fits, and one always is`() {
    let ids = [enter("a", 1.5), enter("b", 1), enter("c", 1)]
    for id in ids { ledger.complete(id, nil, at: Self.at(0.1)) }
    #expect(states(ids) == [.granted, .waiting, .waiting])
    ledger.leave(ids[0], at: Self.at(0.2))
    #expect(states(ids) == [.cut, .granted, .granted])
    var narrow = MemoryLedger(Self.shares(large: 100 * Self.large), grace: .seconds(1))
    let huge = narrow.enter(.large, 50 * Self.large, from: "a", nil, at: Self.start)
    narrow.complete(huge, nil, at: Self.start)
    #expect(narrow.state(of: huge) == .granted)
  }

  @Test mutating func `a response takes the place of its body`() {
    let id = enter("a", 4)
    ledger.complete(id, nil, at: Self.at(0.1))
    let isAdmitted = ledger.answer(id, 1000, at: Self.at(0.2))
    #expect(isAdmitted)
    #expect(ledger.held[.large] == 0)
    #expect(ledger.held[.work] == 0)
    #expect(ledger.held[.small] == 1000)
    ledger.leave(id, at: Self.at(0.3))
    #expect(ledger.held[.small] == 0)
  }

  @Test mutating func `what a request held is its response's before anybody else is let in`() {
    let own = enter("a", 1, .small)
    let body = enter("a", 4)
    let next = enter("b", 4)
    ledger.complete(body, nil, at: Self.at(0.1))
    let isAdmitted = ledger.answer(own, 4 * Self.large, insteadOf: body, at: Self.at(0.2))
    #expect(isAdmitted)
    #expect(states([next]) == [.waiting])
    ledger.leave(own, at: Self.at(0.3))
    #expect(states([next]) == [.granted])
  }

  @Test mutating func `a response that does not fit is not sent, and slow readers are cut for it`() {
    let unread = ledger.answer(4 * Self.large, to: "a", nil, at: Self.start)
    #expect(unread != nil)
    let answers = [0.5, 1.5].map { ledger.answer(Self.large, to: "b", nil, at: Self.at($0)) }
    #expect(answers == [nil, nil])
    #expect(unread.map { ledger.state(of: $0) } == .cut)
  }

  @Test mutating func `a peer that fills the small share is cut at once for another, which need not wait`() {
    for _ in 0..<4 { enter("greedy", 1, .small) }
    let more = [enter("greedy", 1, .small, at: 0.5), enter("modest", 0.5, .small, at: 0.6)]
    #expect(states(more) == [.waiting, .granted])
    #expect(ledger.held[.small] == 450_000)
  }

  @Test mutating func `what is given back twice counts once`() {
    let id = enter("a")
    for _ in 0..<2 { ledger.leave(id, at: Self.at(0.1)) }
    #expect(ledger.held[.large] == 0)
    #expect(states([id]) == [.cut])
  }
}
