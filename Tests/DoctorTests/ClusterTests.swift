import Controller
import JSON
import TestSupport
import Testing

@testable import Doctor

/// Namespaces, RayClusters and their Services.
struct ClusterTests {
  private func findings(_ cluster: ClusterState, labels: String = #"{"istio-injection":"enabled"}"#) throws -> [Finding]
  {
    var seen = try Cluster.healthy()
    seen.namespaces = .there([
      try Cluster.namespace("ray", labels), try Cluster.namespace("other", #"{"istio.io/rev":"a"}"#),
    ])
    seen.clusters = .there([cluster])
    return Examination.findings(seen)
  }

  @Test func `one that was made before Raymesh is told, with the way in`() throws {
    let findings = try findings(Cluster.cluster(isManaged: false))
    #expect(findings.amiss == ["rayclusters warning"])
    #expect(findings.fixes.contains("kubectl -n ray annotate raycluster demo raymesh.io/inject=true"))
  }

  @Test func `one that has opted out, or is another controller's, is left alone`() throws {
    let out = try Cluster.manifest(annotations: #"{"raymesh.io/inject":"false"}"#)
    #expect(try findings(Cluster.cluster(out, isManaged: false)).amiss == ["rayclusters notice"])
    let queued = try Cluster.manifest(spec: #","managedBy":"kueue.x-k8s.io/multikueue""#)
    #expect(try findings(Cluster.cluster(queued, isManaged: false)).words.contains("spec.managedBy is"))
  }

  @Test func `one that cannot work is told field by field`() throws {
    let broken = try Cluster.manifest(parameters: #"{"node-manager-port":"6379"}"#)
    let findings = try findings(Cluster.cluster(broken, isManaged: false))
    #expect(findings.amiss == ["rayclusters warning"])
    #expect(findings.words.contains("/spec/headGroupSpec/rayStartParams/node-manager-port"))
  }

  /// What somebody writes, and what the plan itself says of it.
  static let notices: [(parameters: String, spec: String, amiss: String, words: String)] = [
    (
      "{}", #","enableInTreeAutoscaling":true,"autoscalerOptions":{"version":"v1"}"#, "rayclusters notice",
      "autoscaler v1"
    ),
    ("{}", #","tlsOptions":{"enabled":true}"#, "rayclusters notice", "Ray's own TLS"),
    (
      #"{"min-worker-port":"20000","max-worker-port":"20010"}"#, "", "rayclusters warning",
      "has 11 worker ports, its largest node may need"
    ),
    (#"{"min-worker-port":"20000","max-worker-port":"22000"}"#, "", "rayclusters warning", "above the limit of 1000"),
    (#"{"node-ip-address":"$(hostname -I)"}"#, "", "rayclusters warning", "starts no Ray"),
    (
      "{}",
      #"""
      ,"workerGroupSpecs":[{"groupName":"small","template":{"spec":{"containers":[{"name":"ray",\#
      "env":[{"name":"RAY_SERVE_ENABLE_HA_PROXY","value":"1"}]}]}}}]
      """#, "rayclusters warning", "RAY_SERVE_ENABLE_HA_PROXY: Serve calls"
    ),
  ]

  @Test(arguments: notices)
  func `what a plan has to say is told of clusters that are there`(
    parameters: String, spec: String, amiss: String, words: String
  ) throws {
    let cluster = try Cluster.cluster(Cluster.manifest(parameters: parameters, spec: spec))
    let findings = try findings(cluster)
    #expect(findings.amiss == [amiss])
    #expect(findings.words.contains(words), "\(findings.words)")
  }

  @Test func `a namespace with clusters says whether it is meant`() throws {
    let bare = try findings(Cluster.cluster(), labels: "{}")
    #expect(bare.amiss == ["namespaces warning"])
    #expect(bare.words.contains("1 managed by Raymesh, but no label that enables it"))
    #expect(try findings(Cluster.cluster(isManaged: false), labels: "{}").amiss == ["namespaces warning"])
    #expect(try findings(Cluster.cluster(isManaged: false), labels: #"{"raymesh.io/inject":"false"}"#).amiss == [])
  }

  /// Labels, and what is wrong with them.
  static let labels = [
    (#"{"istio-injection":"enabled","istio.io/rev":"a"}"#, "namespaces warning", "label namespace ray istio.io/rev-"),
    (
      #"{"istio-injection":"disabled","istio.io/rev":"a"}"#, "namespaces warning",
      "label namespace ray istio-injection-"
    ),
    (#"{"istio-injection":"yes","raymesh.io/inject":"true"}"#, "namespaces warning", "istio-injection=enabled"),
    (#"{"raymesh.io/inject":"yes"}"#, "namespaces warning", "raymesh.io/inject=true"),
    (#"{"istio-injection":"enabled","raymesh.io/inject":"false"}"#, "namespaces notice", "raymesh.io/inject-"),
    (#"{"istio-injection":"disabled","raymesh.io/inject":"true"}"#, "namespaces notice", "istio-injection-"),
  ]

  @Test(arguments: labels)
  func `labels that contradict each other are told`(labels: String, amiss: String, fix: String) throws {
    var seen = try Cluster.healthy()
    seen.namespaces = .there([
      try Cluster.namespace("ray", labels), try Cluster.namespace("other", #"{"istio.io/rev":"a"}"#),
    ])
    seen.clusters = .there([])
    let findings = Examination.findings(seen)
    #expect(findings.amiss.contains(amiss), "\(findings.amiss)")
    #expect(findings.fixes.contains(fix), "\(findings.fixes)")
  }

  @Test func `Raymesh must not be asked about its own namespace`() throws {
    var seen = try Cluster.healthy()
    seen.namespaces = .there([
      try Cluster.namespace("ray", #"{"istio-injection":"enabled"}"#),
      try Cluster.namespace("raymesh-system", #"{"istio-injection":"enabled"}"#),
    ])
    let findings = Examination.findings(seen)
    #expect(Set(findings.amiss) == ["namespaces failure"])
    #expect(findings.fixes.contains("raymesh.io/inject=false"))
  }

  @Test func `if no namespace is labeled, the doctor warns that nothing is patched`() throws {
    var seen = try Cluster.healthy()
    (seen.namespaces, seen.clusters) = (.there([try Cluster.namespace("default")]), .there([]))
    #expect(Examination.findings(seen).amiss == ["namespaces warning"])
  }

  /// What is found of a Service, and how it is told.
  static let serviceStates: [(ServiceState, [String], String)] = [
    (.missing, ["services failure"], "not found"),
    (.different("lacks port 6380"), ["services warning"], "lacks port"),
    (.conflict("Service demo-headless-svc is not Raymesh's"), ["services failure"], "is not Raymesh's"),
    (.adoptable, ["services notice"], "adopt it"), (.right(waiting: "7001"), ["services notice"], "still lists 7001"),
    (.refused, [], ""),
  ]

  @Test(arguments: serviceStates)
  func `each managed cluster must have its Service`(state: ServiceState, amiss: [String], words: String) throws {
    let findings = try findings(Cluster.cluster(serviceState: state))
    #expect(findings.amiss == amiss)
    #expect(words.isEmpty || findings.words.contains(words))
  }
}
