import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// What is told when there is more than anybody reads.
@Suite struct ManyNoticesTests {
  /// A cluster so many of whose groups get no node address.
  private static func cluster(_ groups: Int) -> ClusterSketch {
    ClusterSketch(workers: (0..<groups).map { GroupSketch(name: "w\($0)", pod: ["hostNetwork": true]) })
  }

  /// Each such group has two notices.
  @Test(arguments: [(15, 30, nil), (16, 31, "raymesh: and 2 more, which the audit log has")])
  func `thirty notices are told as warnings, and of more the first thirty`(
    groups: Int, lines: Int, last: String?
  ) throws {
    let warnings = try Self.cluster(groups).answer().warnings
    #expect(warnings.count == lines)
    if let last { #expect(warnings.last == last) }
  }

  @Test func `of exactly 31 notices the last is counted and not told`() {
    let notices = (0..<31).map { PlanNotice.servePorts(variable: "V\($0)") }
    #expect(notices.dropLast().warnings.count == 30)
    #expect(Array(notices.dropLast()).warnings.last?.hasPrefix("raymesh: V29") == true)
    #expect(notices.warnings.count == 31)
    #expect(notices.warnings.last == "raymesh: and 1 more, which the audit log has")
  }

  @Test func `the audit log has a thousand notices, and the number of the others`() throws {
    let reply = try Self.reply(to: Self.cluster(1000).object)
    let annotations = try #require(reply["response"]?["auditAnnotations"]?.members)
    #expect(annotations.map(\.key) == ["left-alone", "node-address"])
    let text = annotations.compactMap(\.value.string).joined()
    #expect(text.contains("worker group w499 is left alone") && !text.contains("worker group w500 "))
    #expect(text.contains("; and 1000 more"))
  }

  @Test func `a refusal tells twenty faults, and the number of the others`() throws {
    let groups = (0..<1000).map { GroupSketch(name: "w\($0)", parameters: ["node-manager-port": "99999"]) }
    let denial = try #require(try ClusterSketch(workers: groups).answer().denial)
    #expect(denial.split(separator: "; ").count == 21 && denial.hasSuffix("; and 980 more"))
    #expect(denial.contains("/spec/workerGroupSpecs/19/") && !denial.contains("/spec/workerGroupSpecs/20/"))
  }

  @Test func `a name of a group is told in one line, and cut`() throws {
    let name = "a\nb" + String(repeating: "c", count: 1000)
    let answer = try ClusterSketch(workers: [GroupSketch(name: name, parameters: ["port": "6379"])]).answer()
    #expect(answer.denial?.contains("\n") == false)
    let twice: JSONValue = ["node-manager-port": "7000", "object-manager-port": "7000"]
    let other = try ClusterSketch(workers: [GroupSketch(name: name, parameters: twice)]).answer()
    #expect(try #require(other.denial).contains(#"worker group a\u000abccc"#))
    #expect(try #require(other.denial).count < 800)
  }

  private static func reply(to object: JSONValue) throws -> JSONValue {
    let reply = try Reviewer().review(AdmissionReview.creating(object, namespace: "ray", uid: "u"))
    return JSONValue(try JSONDocument(reply.bytes).root)
  }
}
