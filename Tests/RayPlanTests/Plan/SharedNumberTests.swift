import JSON
import RayPlan
import TestSupport
import Testing

/// One component of several groups, if the user has set its number in some of them.
@Suite struct SharedNumberTests {
  private func numbers(_ groups: GroupSketch...) throws -> [String?] {
    let plan = try ClusterSketch(head: groups[0], workers: Array(groups.dropFirst())).plan()
    return plan.groups.indices.map { plan.added(to: $0)["node-manager-port"] }
  }

  private static let usual = GroupSketch(parameters: ["node-manager-port": "6380"])

  @Test func `the usual number is no hindrance to itself, if the user has set it in another group`() throws {
    #expect(try numbers(SharedNumberTests.usual, GroupSketch()) == [nil, "6380"])
    #expect(try numbers(GroupSketch(), GroupSketch(name: "a"), SharedNumberTests.usual) == ["6380", "6380", nil])
  }

  @Test(arguments: [
    GroupSketch(name: "other", ports: [["containerPort": 6380]]),
    GroupSketch(name: "other", parameters: ["object-manager-port": "6380"]),
    GroupSketch(name: "other", parameters: ["worker-port-list": "6380"]),
    GroupSketch(name: "other", parameters: ["dashboard-port": "6380"]),
  ])
  func `it moves all the same if a third group has something else there`(other: GroupSketch) throws {
    #expect(try numbers(SharedNumberTests.usual, GroupSketch(), other) == [nil, "6384", "6384"])
  }
}
