import Admission
import JSON
import Kubernetes
import RayPlan
import TestSupport
import Testing

@testable import Doctor

/// What is made of a dry run's end.
struct DryRunTests {
  private let trial = Trial(namespace: "ray", version: "v1")

  private func findings(_ attempt: Attempt, options: PlanOptions = .standard) throws -> [Finding] {
    var seen = try Cluster.healthy()
    seen.trial = .tried(trial, attempt)
    seen.options = options
    return Examination.findings(seen)
  }

  @Test func `a cluster that comes back as it went has not met Raymesh`() throws {
    let findings = try findings(.answered(trial.cluster))
    #expect(findings.amiss == ["dry-run failure"])
    #expect(findings.words.contains("without Raymesh's parameters"))
  }

  @Test func `other values than planned here are other flags there`() throws {
    let findings = try findings(
      .answered(Cluster.patched(trial.cluster)), options: PlanOptions(clusterDomain: "example.test"))
    #expect(findings.amiss == ["dry-run notice"])
    #expect(findings.words.contains("node-ip-address"))
    #expect(findings.fixes.contains("--cluster-domain"))
  }

  /// What kube-apiservers have said, and the advice.
  static let messages = [
    ("x509: certificate signed by unknown authority", "caBundle"),
    ("x509: certificate has expired or is not yet valid", "the certificate"),
    ("x509: certificate is valid for a.svc, not raymesh.raymesh-system.svc", "the name that the API server calls"),
    ("no endpoints available for service \"raymesh\"", "make pods of the Service ready"),
    ("context deadline exceeded", "9443"), ("dial tcp 10.0.0.1:443: i/o timeout", "9443"),
    ("dial tcp 10.0.0.1:443: connect: connection refused", "make the pods listen"),
    ("EOF", "kubectl -n raymesh-system logs"),
  ]

  @Test(arguments: messages)
  func `why the API server could not ask is told in its words, with the cause`(message: String, advice: String) throws {
    let text = "failed calling webhook \"rayclusters.injection.raymesh.io\": Post \"https://…\": \(message)"
    let findings = try findings(.refused(Status(code: 500, reason: "InternalError", message: text)))
    #expect(findings.amiss == ["dry-run failure"])
    #expect(findings.words.contains(message))
    #expect(findings.fixes.contains(advice), "\(findings.fixes)")
  }

  @Test func `an account that may not create is told which right it lacks`() throws {
    let status = Status(
      code: 403, reason: "Forbidden", message: "rayclusters.ray.io is forbidden: User \"a\" cannot create")
    let findings = try findings(.refused(status))
    #expect(findings.amiss == ["dry-run warning"])
    #expect(findings.words.contains("create rayclusters.ray.io in namespace ray"))
  }

  @Test(arguments: [
    "rayclusters.ray.io \"raymesh-doctor-x7k2p\" is forbidden: exceeded quota: rays, requested: count/rayclusters.ray.io=1",
    "rayclusters.ray.io \"raymesh-doctor-x7k2p\" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'b' denied request: no",
  ])
  func `a quota or a policy is no right that is missing`(message: String) throws {
    let findings = try findings(.refused(Status(code: 403, reason: "Forbidden", message: message)))
    #expect(findings.amiss == ["dry-run warning"])
    #expect(findings.words.contains("rejected, but not because of Raymesh"), "\(findings.words)")
  }

  @Test func `no answer at all is a failure, and the rest is told all the same`() throws {
    let findings = try findings(.unanswered("the API server cannot be reached: read: timed out"))
    #expect(findings.amiss == ["dry-run failure"])
    #expect(findings.words.contains("timed out"))
  }

  @Test func `another's refusal is another's`() throws {
    let status = Status(code: 403, message: "admission webhook \"policy.example.com\" denied the request: no")
    let findings = try findings(.refused(status))
    #expect(findings.amiss == ["dry-run warning"])
    #expect(findings.words.contains("not because of Raymesh"))
  }

  @Test func `it asks for a dry run, and a name that nobody has`() {
    #expect(trial.call.query.map { "\($0.name)=\($0.value)" } == ["dryRun=All"])
    #expect(trial.cluster["metadata"]?["name"] == nil && trial.cluster["metadata"]?["generateName"] != nil)
  }
}
