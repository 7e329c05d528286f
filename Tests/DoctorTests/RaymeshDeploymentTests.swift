import JSON
import TestSupport
import Testing

@testable import Doctor

/// Tests of how the source of the serving certificate is read from a Deployment.
struct RaymeshDeploymentTests {
  private func source(_ container: String, volumes: String = "[]") throws -> RaymeshDeployment.CertificateSource {
    try RaymeshDeployment(
      element(
        """
        {"metadata":{"name":"raymesh"},"spec":{"template":{"spec":\
        {"containers":[{"name":"raymesh",\(container)}],"volumes":\(volumes)}}}}
        """)
    ).certificate
  }

  @Test(arguments: [
    (#""command":["raymesh","serve","--controller"]"#, true, true),
    (#""command":["raymesh","control"]"#, false, true),
    (#""command":["raymesh"],"args":["control"]"#, false, true),
    (#""args":["control","--namespace","serve"]"#, false, true),
    (#""command":["raymesh","serve"]"#, true, false),
    (#""args":["serve","--lease","control"]"#, true, false),
    (#""args":["serve"],"env":[{"name":"RAYMESH_CONTROLLER","value":"true"}]"#, true, true),
  ])
  func `webhook and controller are told by the command, or by what the webhook has besides`(
    container: String, isWebhook: Bool, isController: Bool
  ) throws {
    let deployment = try RaymeshDeployment(
      element(#"{"spec":{"template":{"spec":{"containers":[{"name":"raymesh",\#(container)}]}}}}"#))
    #expect(deployment.isWebhook == isWebhook)
    #expect(deployment.isController == isController)
  }

  @Test func `a controller alone serves with no certificate, whatever it mounts`() throws {
    #expect(try source(#""args":["control"]"#, volumes: Self.tls) == .mounted([]))
  }

  @Test(arguments: [
    ("", nil), (#","status":{}"#, nil), (#","status":{"replicas":2}"#, 0),
    (#","status":{"replicas":2,"readyReplicas":1}"#, 1),
  ])
  func `how many replicas are ready is known once it has been reported`(status: String, ready: Int?) throws {
    let deployment = try RaymeshDeployment(element(#"{"spec":{"template":{"spec":{"containers":[]}}}\#(status)}"#))
    #expect(deployment.ready == ready)
  }

  private static let tls =
    #"[{"name":"clients","secret":{"secretName":"client-ca"}},{"name":"tls","secret":{"secretName":"raymesh-tls"}}]"#

  @Test(arguments: [
    (#""env":[{"name":"RAYMESH_CERTIFICATES","value":"self-managed"}]"#, "raymesh-certificates"),
    (#""args":["serve","--certificates","self-managed"]"#, "raymesh-certificates"),
    (#""args":["serve","--certificates=self-managed","--certificate-secret=mine"]"#, "mine"),
    (#""command":["raymesh","serve","--certificates","self-managed"],"args":["--certificate-secret","mine"]"#, "mine"),
    (
      #""env":[{"name":"RAYMESH_CERTIFICATES","value":"self-managed"},"#
        + #"{"name":"RAYMESH_CERTIFICATE_SECRET","value":"mine"}]"#, "mine"
    ),
  ])
  func `who manages its certificates serves with its own Secret, whatever it mounts`(
    container: String, secret: String
  ) throws {
    #expect(try source(container, volumes: Self.tls) == .own(secret))
  }

  @Test(arguments: [
    #""args":["serve"]"#, #""env":[{"name":"RAYMESH_CERTIFICATES","value":"files"}]"#,
    #""args":["--certificates","files"],"env":[{"name":"RAYMESH_CERTIFICATES","value":"self-managed"}]"#,
    #""args":["--certificates"]"#,
  ])
  func `who does not serves with what is mounted`(container: String) throws {
    #expect(try source(container, volumes: Self.tls) == .mounted(["client-ca", "raymesh-tls"]))
    #expect(try source(container) == .mounted([]))
  }

  @Test(arguments: [
    #""env":[{"name":"RAYMESH_TLS_CERTIFICATE","value":"/etc/raymesh/tls/tls.crt"}]"#,
    #""args":["serve","--tls-certificate","/etc/raymesh/tls/tls.crt"]"#,
  ])
  func `of several Secrets that are mounted it is the one at the file's place`(container: String) throws {
    let mounts = #","volumeMounts":[{"name":"clients","mountPath":"/etc/raymesh/t"},"#
    for place in ["/etc/raymesh/tls", "/etc/raymesh/tls/"] {
      let all = container + mounts + #"{"name":"tls","mountPath":"\#(place)"}]"#
      #expect(try source(all, volumes: Self.tls) == .mounted(["raymesh-tls"]))
    }
  }

  @Test func `a Secret of its own that is not there is a failure, and its log is the place to look`() throws {
    var seen = try Cluster.healthy()
    seen.secret = .absent
    let deployment = """
      {"metadata":{"name":"raymesh"},"spec":{"template":{"spec":{"containers":[{"name":"raymesh",\
      "env":[{"name":"RAYMESH_CERTIFICATES","value":"self-managed"},{"name":"RAYMESH_CONTROLLER","value":"true"}]}]}}}}
      """
    seen.deployments = .there([try RaymeshDeployment(element(deployment))])
    let findings = Examination.findings(seen)
    #expect(findings.amiss == ["certificate failure"])
    #expect(findings.words.contains("Secret raymesh-certificates: not found: Raymesh creates it"))
    #expect(findings.fixes.contains("kubectl -n raymesh-system logs -l app.kubernetes.io/name=raymesh"))
  }
}
