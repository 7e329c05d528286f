import HTTP
import Limits
import Testing
import Transport

@testable import RaymeshCommand

/// What is left of a process' memory for bodies.
struct MemoryPlanTests {
  private static let mib = 1 << 20

  private static func plan(
    _ limit: Int?, machine: Int? = 24 << 30, isControlling: Bool = false,
    _ change: (inout HTTPLimits) -> Void = { _ in }
  ) -> MemoryPlan {
    var limits = HTTPLimits()
    change(&limits)
    let group = limit.map { ControlGroupMemory(limit: $0 * mib, source: "memory.max") }
    return MemoryPlan(stated: nil, for: limits, isControlling: isControlling, group: group, machine: machine)
  }

  @Test(arguments: [false, true])
  func `in the shipped 256 MiB the largest bodies of API servers fit, beside a controller too`(isControlling: Bool) {
    let plan = Self.plan(256, isControlling: isControlling)
    // Beside a controller as much as an API server sends.
    #expect(isControlling ? plan.largestBody > 7 * Self.mib : plan.largestBody == 8 * Self.mib)
    #expect(plan.source == "memory.max")
    #expect(plan.budget <= 152 * Self.mib)
  }

  @Test(arguments: [32, 64, 128, 200])
  func `in less memory the largest body is smaller, and it still fits with the work on it`(limit: Int) {
    let plan = Self.plan(limit)
    #expect(plan.largestBody < 8 * Self.mib)
    #expect(plan.largestBody > limit * Self.mib / 100)
    #expect(plan.budget >= MemoryShares.least(for: plan.largestBody) - 64)
    let divided = plan.divided(HTTPLimits())
    #expect(divided.body == plan.largestBody)
    #expect(divided.memory.large >= divided.body)
  }

  @Test func `without a limit it is a part of the machine, and never more than what is said`() {
    #expect(Self.plan(nil).limit == 1024 * Self.mib)
    #expect(Self.plan(nil, machine: 512 * Self.mib).limit == 256 * Self.mib)
    #expect(Self.plan(nil, machine: nil).limit == 1024 * Self.mib)
  }

  @Test func `many connections leave room for bodies all the same`() {
    let plan = Self.plan(256) { $0.connections = 1 << 20 }
    #expect(plan.budget == (256 - 64) * Self.mib - PeerLimits.process.value)
  }

  @Test func `a budget that is stated counts as it is`() {
    let plan = MemoryPlan(stated: 200 * Self.mib, for: HTTPLimits(), isControlling: true)
    #expect(plan.budget == 200 * Self.mib)
    #expect(plan.limit == nil)
    #expect(plan.largestBody == 8 * Self.mib)
  }
}
