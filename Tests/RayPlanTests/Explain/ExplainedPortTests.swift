import Admission
import Explain
import JSON
import TestSupport
import Testing

@testable import RayPlan

/// The entries of an explanation, beside the Service and the plan that they are about.
@Suite struct ExplainedPortTests {
  private static let seeds = stride(from: UInt64(1), to: 600, by: 150).map { first in first...first + 149 }

  @Test(arguments: seeds) func `the entries are exactly the Service's ports`(
    seeds: ClosedRange<UInt64>
  ) throws {
    var explained = 0
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      guard let plan = ExplainedPortTests.plan(random.object(), try random.options()) else { continue }
      let explanation = PlanExplanation(of: plan)
      guard let service = try? HeadlessService(for: plan) else { continue }
      explained += 1
      #expect(explanation.listed == service.listed, "seed \(seed)")
      #expect(explanation.service.name == service.name, "seed \(seed)")
      #expect(explanation.service.portCount == service.ports.count, "seed \(seed)")
      #expect(plan.portCount == service.ports.count { $0.transport == .tcp }, "seed \(seed)")
      #expect(explanation.service.saysProtocols == plan.isNamed, "seed \(seed)")
    }
    #expect(explained > 25)
  }

  @Test(arguments: seeds) func `every port of every group is told, with the group and its author`(
    seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      guard let plan = ExplainedPortTests.plan(random.object(), try random.options()) else { continue }
      let claims = PlanExplanation(of: plan).ports.flatMap { entry in entry.claims.map { (entry.ports, $0) } }
      #expect(claims.allSatisfy { $1.groups.count == $1.places.count && !$1.groups.isEmpty }, "seed \(seed)")
      for (index, group) in plan.groups.enumerated() {
        for planned in group.ports {
          let told = claims.filter { $1.use == .component(planned.component) && $1.groups.contains(index) }
          #expect(told.map(\.1.ports) == [planned.port...planned.port], "seed \(seed)")
          #expect(told.allSatisfy { $1.author.chose(planned) }, "seed \(seed)")
        }
        let workers = claims.filter { $1.use == .workers && $1.groups.contains(index) }.map(\.1.ports)
        // What the Service leaves out is not told here, but warned of.
        let isWhole = plan.isListedWhole
        let told = group.workerPorts.ranges.filter { range in workers.contains { $0.contains(range) } }
        #expect(told.count == group.workerPorts.ranges.count || !isWhole, "seed \(seed)")
        #expect(Set(workers).reduce(0) { $0 + $1.portCount } == group.workerPorts.count || !isWhole, "seed \(seed)")
      }
    }
  }

  @Test(arguments: seeds) func `a patched cluster is told as the one that it was made from`(
    seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let (object, options) = (random.object(), try random.options())
      guard !object.hasRecord, let plan = ExplainedPortTests.plan(object, options) else { continue }
      let patched = try plan.patch.applied(to: object)
      let again = try #require(ExplainedPortTests.plan(patched, options), "seed \(seed)")
      let (before, after) = (PlanExplanation(of: plan), PlanExplanation(of: again))
      #expect(before.listed == after.listed, "seed \(seed)")
      // Whose it is in groups of one name nobody can tell.
      guard Set(plan.groups.map(\.group.role)).count == plan.groups.count else { continue }
      #expect(before.ports.map(\.authors) == after.ports.map(\.authors), "seed \(seed)")
      #expect(before.groups == after.groups, "seed \(seed)")
    }
  }

  private static func plan(_ object: JSONValue, _ options: PlanOptions) -> PortPlan? {
    try? PortPlan(for: object.cluster(), options: options)
  }
}

extension ExplainedPort {
  fileprivate var authors: [String] { claims.map { "\($0.ports) \($0.groups) \($0.author)" } }
}

extension Author {
  fileprivate func chose(_ planned: PlannedPort) -> Bool {
    switch planned.origin {
    case .stated: self == .user || self == .raymesh
    case .added: self == .raymesh
    case .usual: self == .ray || self == .kubeRay
    }
  }
}

extension JSONValue {
  /// Whether the cluster has a record of Raymesh's from earlier on.
  fileprivate var hasRecord: Bool { self["metadata"]?["annotations"]?["raymesh.io/managed"] != nil }
}
