import Testing
import Transport

@testable import Webhook

/// What a time guard expects of a request by what others have cost, at times that the test makes up.
@Suite struct RecentCostsTests {
  private let start = Instant.now

  /// Costs of requests of 2.9 MB, one each second.
  private func costs(_ milliseconds: [Int], bytes: Int = 2_900_000) -> RecentCosts {
    var costs = RecentCosts()
    for (second, cost) in milliseconds.enumerated() {
      costs.record(.milliseconds(cost), bytes: bytes, at: start + .seconds(second))
    }
    return costs
  }

  /// Whether a time is the shortest that is too short by a nanosecond.
  private func expects(_ cost: Duration, of costs: RecentCosts, bytes: Int = 2_900_000, after seconds: Int) -> Bool {
    let now = start + .seconds(seconds)
    return !costs.allows(cost, bytes: bytes, at: now) && costs.allows(cost + .nanoseconds(1), bytes: bytes, at: now)
  }

  /// Whether any time will do.
  private func expectsNothing(of costs: RecentCosts, bytes: Int = 2_900_000, after seconds: Int) -> Bool {
    costs.allows(.nanoseconds(1), bytes: bytes, at: start + .seconds(seconds))
  }

  @Test func `nothing is expected of a kind of which too few are known`() {
    #expect(expectsNothing(of: RecentCosts(), bytes: 2, after: 0))
    #expect(expectsNothing(of: costs([9, 9, 9, 9]), after: 0))
    #expect(expects(.milliseconds(9), of: costs([9, 9, 9, 9, 9]), after: 0))
  }

  @Test func `one that was slow changes nothing, and neither do four of nine`() {
    #expect(expects(.milliseconds(30), of: costs([30, 30, 30, 30, 12_000]), after: 5))
    let many = costs([12_000, 30, 12_000, 30, 12_000, 30, 12_000, 30, 30])
    #expect(expects(.milliseconds(30), of: many, after: 9))
  }

  @Test func `requests of another size say nothing`() {
    let small = costs(Array(repeating: 12_000, count: 9), bytes: 36_000)
    #expect(expects(.seconds(12), of: small, bytes: 65_536, after: 0))
    #expect(expectsNothing(of: small, bytes: 65_537, after: 0))
    #expect(expectsNothing(of: small, after: 0))
  }

  @Test func `all is forgotten after half a minute`() {
    let slow = costs(Array(repeating: 12_000, count: 9))
    #expect(expects(.seconds(12), of: slow, after: 30))
    #expect(expectsNothing(of: slow, after: 34))
  }

  @Test func `the oldest make room for the newest`() {
    let faster = costs(Array(repeating: 12_000, count: 20) + Array(repeating: 30, count: 5))
    #expect(expects(.milliseconds(30), of: faster, after: 24))
  }
}
