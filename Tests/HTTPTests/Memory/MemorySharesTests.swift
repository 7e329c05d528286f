import Testing

@testable import HTTP

/// How a budget is divided.
struct MemorySharesTests {
  private static let mib = 1 << 20

  @Test(arguments: [8, 1, 64])
  func `the smallest budget has room for one of the largest bodies and the work on it`(mebibytes: Int) {
    let body = mebibytes * Self.mib
    let budget = MemoryShares.least(for: body)
    let shares = MemoryShares(of: budget, largestBody: body)
    #expect(shares.large >= body)
    #expect(shares.work >= body * MemoryShares.workFactor)
    #expect(shares.small >= 2 * Self.mib)
    #expect(shares.small + shares.large + shares.work <= budget)
    #expect(MemoryShares.largestBody(in: budget) >= body)
  }

  @Test(arguments: [120, 150, 168, 500, 4000])
  func `the shares together are the budget`(mebibytes: Int) {
    let budget = mebibytes * Self.mib
    let body = min(8 * Self.mib, MemoryShares.largestBody(in: budget))
    let shares = MemoryShares(of: budget, largestBody: body)
    #expect(shares.small + shares.large + shares.work <= budget)
    #expect(shares.small + shares.large + shares.work >= budget - 16)
  }
}

extension MemoryAccount {
  /// The memory of a server of its own.
  static func inMemory(_ limits: HTTPLimits) -> MemoryAccount {
    inMemory(MemoryBudget(limits, metrics: MemoryMetrics(of: "test")))
  }

  /// A part of memory that others use too.
  static func inMemory(_ budget: MemoryBudget, peer: String = "192.0.2.1") -> MemoryAccount {
    MemoryAccount(budget: budget, peer: peer, call: nil)
  }
}
