import Admission
import Dates
import Foundation
import JSON
import Kubernetes
import Manifests
import RayPlan
import TestSupport
import TLS
import Transport

@testable import Controller
@testable import Doctor

/// A cluster in which all is well, for tests to break.
enum Cluster {
  static let second = 2_000_000_000
  static let host = "raymesh.raymesh-system.svc"

  /// Everything as the manifests have it.
  static func healthy() throws -> Observation {
    let pair = try Pair()
    var seen = Observation()
    seen.second = Int(Date().timeIntervalSince1970)
    try addRaymesh(to: &seen, pair)
    try addClusters(to: &seen)
    return seen
  }

  private static func addRaymesh(to seen: inout Observation, _ pair: Pair) throws {
    seen.version = .there(KubernetesVersion(minor: 33))
    seen.rayVersions = .there(["v1", "v1alpha1"])
    seen.configuration = .there(try configuration(trusting: pair.authority))
    seen.deployments = .there([try deployment(isController: false), try controller()])
    seen.secret = .there(try secret(pair.certificate))
    seen.service = .there(try WebhookService(element(#"{"spec":{"ports":[{"port":443}]}}"#)))
    seen.endpoints = .there(try endpoints(ready: 2))
    let renewed = UTCTime(secondsSince1970: seen.second - 2).rfc3339.dropLast()
    seen.leaseState = .there(
      LeaseState(try element(#"{"spec":{"holderIdentity":"one","renewTime":"\#(renewed).000001Z"}}"#)))
  }

  private static func addClusters(to seen: inout Observation) throws {
    seen.namespaces = .there([
      try namespace("ray", #"{"istio-injection":"enabled"}"#), try namespace("default"),
      try namespace(
        "raymesh-system", #"{"istio-injection":"disabled","kubernetes.io/metadata.name":"raymesh-system"}"#),
    ])
    seen.pods = .there([])
    seen.clusters = .there([try cluster()])
    seen.operators = .there([try operatorPod()])
    seen.authentications = .there([])
    let trial = Trial(namespace: "ray", version: "v1")
    seen.trial = .tried(trial, .answered(try patched(trial.cluster)))
  }

  /// An authority, and a serving certificate of it.
  struct Pair {
    let authority: [UInt8]
    let certificate: [UInt8]

    init(for host: String = Cluster.host, days: Int = 365) throws {
      let authority = try CertificateAuthority(named: "authority", days: 3650)
      let hosts = [CertificateHost(host)].compactMap(\.self)
      self.authority = try authority.certificate.pem
      certificate = try authority.issue(to: hosts, key: PrivateKey(), days: days).pem
    }
  }

  /// The manifests' own, whose webhooks trust an authority.
  static func configuration(
    trusting authority: [UInt8], _ change: (inout [JSONValue]) -> Void = { _ in }
  ) throws -> WebhookConfiguration {
    let file = Fixture.folder.appending(path: "../../manifests/base/webhook.yaml")
    let value = try YAMLDocument([UInt8](try Data(contentsOf: file)), named: "webhook.yaml").value
    var webhooks = (value["webhooks"]?.elements ?? []).map { webhook in
      webhook.setting(["clientConfig", "caBundle"], .string(Data(authority).base64EncodedString()))
    }
    change(&webhooks)
    return try WebhookConfiguration(element(value.setting(["webhooks"], .array(webhooks)).text))
  }

  static func deployment(isController: Bool = true) throws -> RaymeshDeployment {
    try RaymeshDeployment(
      element(
        """
        {"metadata":{"name":"raymesh"},"spec":{"template":{"spec":{"containers":[{"name":"raymesh","args":["serve"],\
        "env":[{"name":"RAYMESH_CONTROLLER","value":"\(isController)"}]}],\
        "volumes":[{"name":"tls","secret":{"secretName":"raymesh-tls-abc"}}]}}}}
        """))
  }

  /// The controller's own.
  static func controller(status: String = "{}") throws -> RaymeshDeployment {
    try RaymeshDeployment(
      element(
        """
        {"metadata":{"name":"raymesh-controller"},"status":\(status),"spec":{"template":{"spec":{"containers":\
        [{"name":"raymesh","args":["control"]}]}}}}
        """))
  }

  static func secret(_ certificate: [UInt8]) throws -> ServingSecret {
    ServingSecret(
      try element(
        """
        {"metadata":{"name":"raymesh-tls-abc","namespace":"raymesh-system"},\
        "data":{"tls.crt":"\(Data(certificate).base64EncodedString())"}}
        """))
  }

  static func endpoints(ready: Int, notReady: Int = 0) throws -> WebhookEndpoints {
    let addresses = (0..<ready).map { #"{"ip":"10.0.0.\#($0)"}"# }.joined(separator: ",")
    let others = (0..<notReady).map { #"{"ip":"10.0.1.\#($0)"}"# }.joined(separator: ",")
    return try WebhookEndpoints(
      element(#"{"subsets":[{"addresses":[\#(addresses)],"notReadyAddresses":[\#(others)]}]}"#))
  }

  static func namespace(_ name: String, _ labels: String = "{}") throws -> NamespaceState {
    NamespaceState(try element(#"{"metadata":{"name":"\#(name)","labels":\#(labels)}}"#))
  }

  static func operatorPod(
    image: String = "quay.io/kuberay/operator:v1.4.2", waits: String = "false", proxy: String = "istio-proxy"
  ) throws -> OperatorPod {
    let containers = proxy.isEmpty ? "" : #",{"name":"\#(proxy)"}"#
    return try OperatorPod(
      element(
        """
        {"metadata":{"name":"operator","namespace":"kuberay"},"spec":{"containers":[{"name":"manager",\
        "image":"\(image)","env":[{"name":"ENABLE_INIT_CONTAINER_INJECTION","value":"\(waits)"}]}\(containers)]}}
        """))
  }

  /// The plain RayCluster, with parameters and more of its spec.
  static func manifest(parameters: String = "{}", spec: String = "", annotations: String = "{}") throws -> JSONValue {
    try JSONValue(
      parsing: """
        {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{"name":"demo","namespace":"ray",\
        "uid":"1","resourceVersion":"1","annotations":\(annotations)},"spec":{"rayVersion":"2.46.0"\(spec),\
        "headGroupSpec":{"rayStartParams":\(parameters),"template":{"spec":{"containers":[{"name":"ray-head"}]}}}}}
        """)
  }

  /// A RayCluster as the webhook leaves it.
  static func patched(_ manifest: JSONValue) throws -> JSONValue {
    let cluster = try RayCluster(element(manifest.text), namespace: "ray")
    return try PortPlan(for: cluster).patch.applied(to: manifest)
  }

  /// The cluster of a manifest, patched if it is managed, and what there is to say about its Service.
  static func cluster(
    _ manifest: JSONValue? = nil, isManaged: Bool = true, serviceState: ServiceState? = .right(waiting: nil)
  ) throws -> ClusterState {
    let plain = try manifest ?? self.manifest()
    let object = isManaged ? try patched(plain) : plain
    let read = try ClusterState(
      element(object.text), services: nil, oldest: [:], at: second, options: .standard)
    guard let read else { throw Missing() }
    return ClusterState(
      namespace: read.namespace, name: read.name, isManaged: read.isManaged, outcome: read.outcome,
      service: read.service, serviceState: isManaged ? serviceState : nil)
  }

  private struct Missing: Error {}
}

/// What a test holds a finding against: `check severity`.
extension [Finding] {
  /// The check and the severity of all but those that are ok.
  var amiss: [String] { filter { $0.severity > .ok }.map { "\($0.check.rawValue) \($0.severity.rawValue)" } }

  /// What is said if something is amiss.
  var words: String { filter { $0.severity > .ok }.map { "\($0.subject): \($0.found)" }.joined(separator: "\n") }

  /// What is advised there.
  var fixes: String { filter { $0.severity > .ok }.compactMap(\.fix).joined(separator: "\n") }
}
