import JSON
import Kubernetes
import RayPlan
import Explain
import TestSupport
import Testing

@testable import Doctor

/// What the checks say together.
struct ExaminationTests {
  @Test func `if all is well, nothing is amiss`() throws {
    let findings = Examination.findings(try Cluster.healthy())
    #expect(findings.amiss == [], "\(findings.words)")
    #expect(Set(findings.map(\.check)) == Set(Check.allCases))
  }

  @Test func `what one may not look at is a finding that names the right, and the rest is looked at all the same`()
    throws
  {
    var seen = try Cluster.healthy()
    let gap = Gap(right: Right(verb: "list", resource: "namespaces"), isForbidden: true, message: "403 Forbidden")
    seen.namespaces = .hidden(gap)
    let findings = Examination.findings(seen)
    #expect(findings.amiss == ["namespaces warning"])
    #expect(findings.words.contains("no permission to list namespaces"))
    #expect(findings.fixes.contains("manifests/doctor/rbac.yaml"))
    #expect(findings.contains { $0.check == .clusters && $0.severity == .ok })
  }

  @Test func `a namespace that was asked for and is not there is told`() throws {
    var seen = try Cluster.healthy()
    seen.missing = ["typo"]
    #expect(Examination.findings(seen).amiss == ["namespaces warning"])
    #expect(Examination.findings(seen).words == "namespace typo: not found")
  }

  @Test func `an object that cannot be read is told, and the others are looked at`() throws {
    var seen = try Cluster.healthy()
    let object = SkippedObject(identity: nil, name: "ray/large", reason: "body too large")
    seen.skipped = [UnreadObject(resource: "rayclusters.ray.io", object)]
    #expect(Examination.findings(seen).amiss == ["rayclusters warning"])
    #expect(Examination.findings(seen).words.contains("rayclusters.ray.io ray/large: cannot be read"))
  }

  @Test func `what several checks miss is told once`() throws {
    var seen = try Cluster.healthy()
    let gap = Gap(right: Right(verb: "list", resource: "pods"), isForbidden: true, message: "403 Forbidden")
    (seen.pods, seen.operators) = (.hidden(gap), .hidden(gap))
    #expect(Examination.findings(seen).amiss == ["services warning"])
  }

  @Test func `who cannot read Secrets need not, if the dry run shows that the certificate is trusted`() throws {
    var seen = try Cluster.healthy()
    let right = Right(verb: "get", resource: "secrets", namespace: "raymesh-system")
    seen.secret = .hidden(Gap(right: right, isForbidden: true, message: "403"))
    #expect(Examination.findings(seen).amiss == ["certificate notice"])
    seen.trial = .leftOut("--no-dry-run is set")
    #expect(Examination.findings(seen).amiss == ["certificate warning", "dry-run notice"])
  }

  @Test func `nothing at all is no trap`() throws {
    let findings = Examination.findings(Observation())
    #expect(findings.amiss.contains("webhooks failure"))
    #expect(findings.amiss.contains("ray-api failure"))
  }
}

/// How a report is told.
struct ReportTests {
  private let report = Report(
    server: "10.0.0.1:6443",
    findings: [
      Finding(.controller, .ok, "Lease a/b", "one leads"),
      Finding(.webhooks, .notice, "webhook a", "is new"),
      Finding(.webhooks, .failure, "webhook \u{1B}[2J", "is \"gone\"", fix: "kubectl apply -k overlay"),
    ])

  @Test func `findings are by check, the gravest first`() {
    #expect(report.findings.map(\.severity) == [.failure, .notice, .ok])
    #expect(report.worst == .failure)
  }

  @Test func `the JSON has a schema, the counts and every finding`() throws {
    let value = JSONValue(try JSONDocument(report.json(by: "0.1.0")).root)
    #expect(value["schema"] == 1 && value["worst"] == "failure" && value["server"] == "10.0.0.1:6443")
    #expect(value["counts"] == ["ok": 1, "notice": 1, "warning": 0, "failure": 1])
    let first = try #require(value["findings"]?.elements?.first)
    #expect(first.members?.map(\.key) == ["check", "severity", "subject", "found", "fix"])
    #expect(first["fix"] == "kubectl apply -k overlay")
    #expect(value["findings"]?.elements?.last?["fix"] == .null)
  }

  @Test func `the text is in columns, with fixes below, and gives no orders to a terminal`() {
    #expect(
      report.text(in: .plain) == """
        Raymesh in the cluster of API server 10.0.0.1:6443

        SEVERITY  CHECK       FOUND
        failure   webhooks    webhook ?[2J: is "gone"
                              fix: kubectl apply -k overlay
        notice    webhooks    webhook a: is new
        ok        controller  Lease a/b: one leads

        1 failure, 1 notice.

        """)
    #expect(report.text(in: .coloured).contains("\u{1B}[31mfailure\u{1B}[0m"))
    #expect(Report(server: "a", findings: []).text(in: .plain).hasSuffix("No problems found.\n"))
  }
}
