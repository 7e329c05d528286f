import Admission
import JSON
import TestSupport
import Testing

@testable import RayPlan

/// A review ends where its budget does.
@Suite struct WorkBudgetTests {
  private static let cluster = ClusterSketch(workers: (0..<100).map { GroupSketch(name: "w\($0)") }).object

  private func reply(
    to object: JSONValue, updating old: JSONValue? = nil, _ budget: inout WorkBudget
  ) throws -> AdmissionAnswer {
    let request: JSONValue = [
      "uid": "u", "operation": old == nil ? "CREATE" : "UPDATE", "namespace": "ray", "name": "demo",
      "resource": ["group": "ray.io", "version": "v1", "resource": "rayclusters"], "object": object,
      "oldObject": old ?? .null,
    ]
    let review: JSONValue = ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request]
    return try Reviewer().review(JSONWriter.bytes(of: review), within: &budget).answer
  }

  @Test func `what is within it is answered as ever`() throws {
    var budget = WorkBudget()
    #expect(try reply(to: Self.cluster, &budget) == Self.cluster.answer())
    #expect(!budget.isSpent && !budget.isLate)
  }

  @Test(arguments: [0, 1, 100, 3000, 5000])
  func `a new cluster that takes more work is refused`(steps: Int) throws {
    var budget = WorkBudget(steps: steps)
    let answer = try reply(to: Self.cluster, &budget)
    #expect(budget.isSpent)
    #expect(
      answer.denial == "RayCluster /spec: found more than 4000000 steps of work, "
        + "expected fewer groups, ports, variables or parameters")
  }

  @Test(arguments: [0, 1, 100, 3000, 10_000])
  func `an update that takes more work passes as it is, with a warning`(steps: Int) throws {
    var budget = WorkBudget(steps: steps)
    let answer = try reply(to: Self.cluster, updating: Self.cluster.created(), &budget)
    #expect(budget.isSpent)
    #expect(answer.patch.isEmpty && answer.denial == nil)
    #expect(answer.warnings == ["raymesh: untouched: an object this large is too much work to review"])
  }

  @Test func `a review that nobody waits for any longer ends, wherever it is`() throws {
    let bytes = AdmissionReview.creating(Self.cluster, namespace: "ray", uid: "u")
    var looks = 0
    var whole = WorkBudget {
      looks += 1; return false
    }
    _ = try Reviewer().review(bytes, within: &whole)
    #expect(looks > 1)
    for last in 1...looks {
      var seen = 0
      var budget = WorkBudget {
        seen += 1; return seen == last
      }
      #expect(throws: MalformedReview.late) { try Reviewer().review(bytes, within: &budget) }
      #expect(seen == last, "it goes on after look \(last)")
    }
  }

  @Test func `a Service with more ports than the budget has steps stays as it is`() throws {
    let review = try Fixture.bytes("reviews/head-service.json")
    var budget = WorkBudget(steps: 10)
    #expect(try Reviewer().review(review, within: &budget).answer == .allow([]))
  }
}
