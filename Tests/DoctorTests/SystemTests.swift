import Dates
import JSON
import TestSupport
import Testing
import TLS
import Transport

@testable import Doctor

/// The API server, the controller, KubeRay and the mesh.
struct SystemTests {
  @Test(arguments: [("1", "19", ["kubernetes warning"]), ("1", "20+", []), ("1", "28", []), ("1", "36", [])])
  func `Kubernetes is told by its version`(major: String, minor: String, amiss: [String]) throws {
    var seen = try Cluster.healthy()
    seen.version = .there(try KubernetesVersion(element(#"{"major":"\#(major)","minor":"\#(minor)"}"#)))
    #expect(Examination.findings(seen).amiss == amiss)
  }

  @Test func `a configuration for an old Kubernetes on a new one asks more than it need`() throws {
    var seen = try Cluster.healthy()
    let pair = try Cluster.Pair()
    seen.secret = .there(try Cluster.secret(pair.certificate))
    seen.configuration = .there(
      try Cluster.configuration(trusting: pair.authority) { webhooks in
        webhooks = webhooks.map { $0.setting(["matchConditions"], []) }
      })
    #expect(Examination.findings(seen).amiss == ["kubernetes notice"])
    seen.version = .there(KubernetesVersion(minor: 27))
    #expect(Examination.findings(seen).amiss == [])
  }

  @Test func `an API server must know RayClusters, in a version that Raymesh is asked about`() throws {
    var seen = try Cluster.healthy()
    for versions in [Seen.absent, .there(["v2"])] {
      seen.rayVersions = versions
      #expect(Examination.findings(seen).amiss == ["ray-api failure"])
    }
  }

  @Test func `a Lease that nobody renews is a failure, if there should be a controller`() throws {
    var seen = try Cluster.healthy()
    func lease(_ holder: String, _ age: Int) throws -> Seen<LeaseState> {
      let time = UTCTime(secondsSince1970: seen.second - age).rfc3339
      return .there(LeaseState(try element(#"{"spec":{"holderIdentity":"\#(holder)","renewTime":"\#(time)"}}"#)))
    }
    for (state, words) in [
      (try lease("one", 61), "last renewed it at"), (try lease("", 1), "no replica holds it"), (.absent, "no replica"),
    ] {
      seen.leaseState = state
      for deployments in [
        [try Cluster.deployment()], [try Cluster.deployment(isController: false), try Cluster.controller()],
      ] {
        seen.deployments = .there(deployments)
        #expect(Examination.findings(seen).amiss == ["controller failure"])
        #expect(Examination.findings(seen).words.contains(words))
        let name = deployments.last?.name ?? ""
        #expect(Examination.findings(seen).fixes.contains("kubectl -n raymesh-system logs deployment/\(name);"))
      }
      seen.deployments = .there([try Cluster.deployment(isController: false)])
      #expect(Examination.findings(seen).amiss == ["controller notice"])
    }
    seen.leaseState = try lease("one", 59)
    #expect(Examination.findings(seen).amiss == [])
  }

  @Test(arguments: [
    (#"{"replicas":2}"#, true), (#"{"replicas":2,"readyReplicas":1}"#, false), ("{}", false),
  ])
  func `if nobody leads, a controller that has no ready replica is named`(status: String, isNamed: Bool) throws {
    var seen = try Cluster.healthy()
    seen.leaseState = .absent
    seen.deployments = .there([try Cluster.deployment(isController: false), try Cluster.controller(status: status)])
    let words = Examination.findings(seen).words
    #expect(words.contains("Deployment raymesh-controller has no ready replica") == isNamed)
  }

  @Test func `a webhook that has kept the controller beside one that is apart is a notice`() throws {
    var seen = try Cluster.healthy()
    seen.deployments = .there([try Cluster.deployment(), try Cluster.controller()])
    #expect(Examination.findings(seen).amiss == ["controller notice"])
    #expect(Examination.findings(seen).words.contains("Deployment raymesh: also runs the controller"))
    seen.deployments = .there([try Cluster.deployment()])
    #expect(Examination.findings(seen).amiss == [])
  }

  @Test(arguments: [
    ("quay.io/kuberay/operator:v1.2.2", ["kuberay notice"]), ("quay.io/kuberay/operator:1.3.0", []),
    ("registry:5000/operator@sha256:abc", []), ("quay.io/kuberay/operator:nightly", []),
  ])
  func `KubeRay is told by its image`(image: String, amiss: [String]) throws {
    var seen = try Cluster.healthy()
    seen.operators = .there([try Cluster.operatorPod(image: image)])
    #expect(Examination.findings(seen).amiss == amiss)
  }

  @Test func `a KubeRay that is not seen is a notice`() throws {
    var seen = try Cluster.healthy()
    seen.operators = .there([])
    #expect(Examination.findings(seen).amiss == ["kuberay notice"])
  }
}

/// Strict mutual TLS against what has no proxy.
struct StrictTLSTests {
  static let strict = #"{"mtls":{"mode":"STRICT"}}"#

  private func authentication(_ namespace: String, _ spec: String, _ name: String = "default") throws
    -> PeerAuthentication
  {
    try PeerAuthentication(
      element(
        #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","creationTimestamp":"\#(name)"},"spec":\#(spec)}"#)
    )
  }

  private func pod(_ sidecar: String) throws -> RayPod {
    try #require(
      try RayPod(element(#"{"metadata":{"namespace":"ray","labels":{"ray.io/cluster":"demo"}},"spec":{\#(sidecar)}}"#)))
  }

  private func seen(waits: String = "true", proxy: String = "istio-proxy", _ all: PeerAuthentication...) throws
    -> Observation
  {
    var seen = try Cluster.healthy()
    seen.operators = .there([try Cluster.operatorPod(waits: waits, proxy: proxy)])
    seen.authentications = .there(all)
    return seen
  }

  static let classic = #""containers":[{"name":"ray"},{"name":"istio-proxy"}]"#
  static let native =
    #""containers":[{"name":"ray"}],"initContainers":[{"name":"istio-proxy","restartPolicy":"Always"}]"#

  @Test(arguments: [
    (classic, 33, ["strict-mtls failure"]), (native, 33, []), ("", 33, ["strict-mtls notice"]),
    ("", 28, ["strict-mtls failure"]),
  ])
  func `KubeRay's init container needs a sidecar that is there before it`(
    sidecar: String, minor: Int, amiss: [String]
  ) throws {
    var seen = try seen(authentication("ray", Self.strict))
    seen.version = .there(KubernetesVersion(minor: minor))
    if !sidecar.isEmpty { seen.pods = .there([try pod(sidecar)]) }
    #expect(Examination.findings(seen).amiss == amiss)
    seen.operators = .there([try Cluster.operatorPod(waits: "False")])
    #expect(Examination.findings(seen).amiss == [])
  }

  @Test func `an operator outside of the mesh cannot call dashboards, unless their port is open`() throws {
    var seen = try seen(waits: "false", proxy: "", authentication("istio-system", Self.strict))
    #expect(Examination.findings(seen).amiss == ["strict-mtls warning"])
    let open = try authentication(
      "ray", #"{"selector":{"matchLabels":{"ray.io/node-type":"head"}},"portLevelMtls":{"8265":{"mode":"PERMISSIVE"}}}"#
    )
    seen.authentications = .there([try authentication("istio-system", Self.strict), open])
    #expect(Examination.findings(seen).amiss == [])
  }

  private static let head = #""selector":{"matchLabels":{"ray.io/node-type":"head"}}"#

  @Test(arguments: [
    (#"{\#(head),"mtls":{"mode":"PERMISSIVE"}}"#, true), (#"{\#(head),"mtls":{"mode":"DISABLE"}}"#, true),
    (#"{"selector":{"matchLabels":{"ray.io/cluster":"demo"}},"portLevelMtls":{"8265":{"mode":"DISABLE"}}}"#, true),
    // Istio goes by ports only if there is a selector.
    (#"{"portLevelMtls":{"8265":{"mode":"PERMISSIVE"}}}"#, false),
    (#"{\#(head),"mtls":{"mode":"PERMISSIVE"},"portLevelMtls":{"8265":{"mode":"STRICT"}}}"#, false),
    (#"{\#(head),"portLevelMtls":{"8265":{"mode":"UNSET"}}}"#, false),
    (#"{"selector":{"matchLabels":{"app":"other"}},"portLevelMtls":{"8265":{"mode":"PERMISSIVE"}}}"#, false),
    (
      #"{"selector":{"matchLabels":{"ray.io/node-type":"worker"}},"portLevelMtls":{"8265":{"mode":"PERMISSIVE"}}}"#,
      false
    ),
  ])
  func `what opens the dashboard is a PeerAuthentication of the heads`(spec: String, isOpen: Bool) throws {
    let seen = try seen(
      waits: "false", proxy: "", authentication("istio-system", Self.strict), authentication("ray", spec, "other"))
    #expect(Examination.findings(seen).amiss == (isOpen ? [] : ["strict-mtls warning"]))
  }

  @Test func `heads may be strict in a namespace that is not`() throws {
    let strict = try authentication("ray", #"{\#(Self.head),"mtls":{"mode":"STRICT"}}"#)
    #expect(Examination.findings(try seen(waits: "false", proxy: "", strict)).amiss == ["strict-mtls warning"])
    let others = try authentication("ray", #"{"selector":{"matchLabels":{"a":"b"}},"mtls":{"mode":"STRICT"}}"#)
    #expect(Examination.findings(try seen(waits: "false", proxy: "", others)).amiss == [])
    var labelled = try seen(waits: "false", proxy: "", others)
    let labels = #"{"ray.io/cluster":"demo","ray.io/node-type":"head","a":"b"}"#
    let pod = try RayPod(element(#"{"metadata":{"namespace":"ray","labels":\#(labels)},"spec":{}}"#))
    labelled.pods = .there([try #require(pod)])
    #expect(Examination.findings(labelled).amiss == ["strict-mtls warning"])
  }

  @Test(
    arguments: [
      ([], "PERMISSIVE"), ([("istio-system", strict, "1")], "STRICT"), ([("other", strict, "1")], "PERMISSIVE"),
      ([("istio-system", strict, "1"), ("ray", #"{"mtls":{"mode":"PERMISSIVE"}}"#, "2")], "PERMISSIVE"),
      ([("istio-system", strict, "1"), ("ray", #"{"mtls":{"mode":"UNSET"}}"#, "2")], "STRICT"),
      ([("ray", #"{"mtls":{"mode":"STRICT"},"selector":{"matchLabels":{"a":"b"}}}"#, "1")], "PERMISSIVE"),
      ([("ray", #"{"mtls":{"mode":"DISABLE"}}"#, "1"), ("ray", strict, "2")], "DISABLE"),
    ] as [([(String, String, String)], String)])
  func `the namespace's own counts before the mesh's, and the oldest of several`(
    all: [(String, String, String)], mode: String
  ) throws {
    let all = try all.map { try authentication($0.0, $0.1, $0.2) }
    #expect(StrictTLSCheck.mode(in: "ray", all) == mode)
  }

  @Test func `without Istio there is nothing strict`() throws {
    var seen = try Cluster.healthy()
    seen.authentications = .absent
    #expect(Examination.findings(seen).amiss == ["strict-mtls notice"])
  }
}
