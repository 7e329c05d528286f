import Admission
import Foundation
import JSON
import TestSupport
import Testing

@testable import RayPlan

/// A cluster with a long name that was managed when such names ended in another hash.
@Suite struct OlderServiceNameTests {
  private static let name = "raycluster-with-a-name-of-exactly-fifty-three-letters"
  private static let older = "raycluster-with-a-name-of-exactly-fifty-q3a1d56lqt-headless-svc"
  private static let newer = "raycluster-with-a-name-of-exactly-ecc93f4617d20118-headless-svc"

  private static func sketch(_ workers: [GroupSketch]) -> JSONValue {
    ClusterSketch(name: name, rayVersion: "2.52.0", workers: workers).object
  }

  private let original = Self.sketch([GroupSketch()])
  private let managed: JSONValue

  init() throws {
    let today = try original.created().text
    #expect(today.contains(Self.newer))
    managed = try JSONValue(parsing: today.replacingOccurrences(of: Self.newer, with: Self.older))
  }

  private func service(of cluster: JSONValue) throws -> String {
    var budget = WorkBudget()
    let plan = try PortPlan(stored: cluster.cluster(), options: .standard, within: &budget)
    return try HeadlessService(for: plan).name
  }

  @Test func `its Service and its addresses keep their name`() throws {
    #expect(try service(of: managed) == Self.older)
    #expect(try managed.answer(updating: managed) == .allow([]))
  }

  @Test func `addresses that a writer drops come back as they were`() throws {
    let stored = try original.stored(updating: managed)
    #expect(try stored.cluster().groups.map(\.startParameters) == managed.cluster().groups.map(\.startParameters))
    #expect(try service(of: stored) == Self.older)
  }

  @Test func `a new worker group is under the same Service, whether Raymesh or a user wrote the others`() throws {
    for known in [managed, original] {
      let groups = known["spec"]?["workerGroupSpecs"]?.elements ?? []
      let new = Self.sketch([GroupSketch(name: "new")])["spec"]?["workerGroupSpecs"]?.elements ?? []
      let grown = known.adding(["spec": (known["spec"] ?? [:]).adding(["workerGroupSpecs": .array(groups + new)])])
      let stored = try grown.stored(updating: managed)
      let addresses = try stored.cluster().groups.map { $0.parameter("node-ip-address") ?? "" }
      #expect(addresses.count == 3 && addresses.allSatisfy { $0.contains(".\(Self.older).") }, "\(addresses)")
      #expect(try stored.answer(updating: managed).patch.isEmpty)
    }
  }

  @Test func `a new cluster of that name has the newer one`() throws {
    #expect(try service(of: original.created()) == Self.newer)
  }
}
