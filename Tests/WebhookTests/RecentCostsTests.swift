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

  @Test func `nothing is expected of a kind of which too few are known`() {
    #expect(RecentCosts().expected(bytes: 2, at: start) == nil)
    #expect(costs([9, 9, 9, 9]).expected(bytes: 2_900_000, at: start) == nil)
    #expect(costs([9, 9, 9, 9, 9]).expected(bytes: 2_900_000, at: start) == .milliseconds(9))
  }

  @Test func `one that was slow changes nothing, and neither do four of nine`() {
    #expect(costs([30, 30, 30, 30, 12_000]).expected(bytes: 2_900_000, at: start + .seconds(5)) == .milliseconds(30))
    let many = costs([12_000, 30, 12_000, 30, 12_000, 30, 12_000, 30, 30])
    #expect(many.expected(bytes: 2_900_000, at: start + .seconds(9)) == .milliseconds(30))
  }

  @Test func `requests of another size say nothing`() {
    let small = costs(Array(repeating: 12_000, count: 9), bytes: 36_000)
    #expect(small.expected(bytes: 65_536, at: start) == .seconds(12))
    #expect(small.expected(bytes: 65_537, at: start) == nil)
    #expect(small.expected(bytes: 2_900_000, at: start) == nil)
  }

  @Test func `all is forgotten after half a minute`() {
    let slow = costs(Array(repeating: 12_000, count: 9))
    #expect(slow.expected(bytes: 2_900_000, at: start + .seconds(30)) == .seconds(12))
    #expect(slow.expected(bytes: 2_900_000, at: start + .seconds(34)) == nil)
  }

  @Test func `the oldest make room for the newest`() {
    let faster = costs(Array(repeating: 12_000, count: 20) + Array(repeating: 30, count: 5))
    #expect(faster.expected(bytes: 2_900_000, at: start + .seconds(24)) == .milliseconds(30))
  }
}
