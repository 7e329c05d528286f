import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct HeadlessServiceTests {
  @Test func `the Service is headless, early, the cluster's own, and seen in its namespace only`() throws {
    let service = try HeadlessService(for: ClusterSketch().plan())
    #expect(service.name == "demo-headless-svc" && service.namespace == "ray" && service.cluster == "demo")
    #expect(
      service.object["metadata"]?.text
        == #"{"name":"demo-headless-svc","namespace":"ray","labels":{"app.kubernetes.io/managed-by":"raymesh"},"#
        + #""annotations":{"networking.istio.io/exportTo":"."}}"#)
    #expect(service.object["apiVersion"] == "v1" && service.object["kind"] == "Service")
    let spec = try #require(service.object["spec"])
    #expect(spec["clusterIP"] == "None" && spec["publishNotReadyAddresses"] == true)
    #expect(spec["selector"]?.text == #"{"ray.io/cluster":"demo"}"#)
    #expect(spec["ports"]?.elements?.count == service.ports.count)
  }

  @Test func `it carries no label that stops KubeRay from making a Service of its own`() throws {
    #expect(try !HeadlessService(for: ClusterSketch().plan()).object.text.contains("ray.io/headless-worker-svc"))
  }

  @Test func `the Service of a long name still selects the whole name's pods`() throws {
    let name = String(repeating: "a", count: 53)
    let service = try HeadlessService(for: ClusterSketch(name: name).plan())
    #expect(service.name.count == 63 && service.object["spec"]?["selector"]?["ray.io/cluster"]?.string == name)
  }

  @Test func `a cluster without a name yet has no Service yet`() throws {
    let plan = try ClusterSketch(name: nil, generateName: "demo-").plan()
    let mismatch = JSONMismatch(
      at: "/metadata/name", found: "nothing", expected: "the cluster's name, as its Service is called after it")
    #expect(throws: mismatch) { try HeadlessService(for: plan) }
  }
}

@Suite struct ManifestServiceTests {
  @Test func `a manifest's Service is its plan's, in its namespace or the one given`() throws {
    let options = try PlanOptions(maximumPorts: 60)
    let own = ClusterSketch(namespace: "own")
    let service = try made(options, own.object, namespace: "given")
    #expect(try service == HeadlessService(for: own.plan(options)))
    #expect(try made(options, ClusterSketch(namespace: nil).object, namespace: "given").namespace == "given")
  }

  @Test(arguments: [
    (#"{"kind":"Pod","apiVersion":"v1"}"#, #"/kind: found "Pod", expected "RayCluster""#),
    (#"{"apiVersion":"ray.io/v1"}"#, "/kind: found nothing, expected a string"),
    (
      #"{"kind":"RayCluster","apiVersion":"ray.io/v2"}"#,
      #"/apiVersion: found "ray.io/v2", expected ray.io/v1 or ray.io/v1alpha1"#
    ),
    (#"{"kind":"RayCluster"}"#, "/apiVersion: found nothing, expected ray.io/v1 or ray.io/v1alpha1"),
    (#"{"kind":"RayCluster","apiVersion":"ray.io/v1alpha1"}"#, "/metadata: found nothing, expected an object"),
    ("[]", "the whole text: found [], expected an object with kind"),
  ])
  func `an object that is not a RayCluster has none`(text: String, message: String) throws {
    let refusal = #expect(throws: Refusal.self) {
      try made(.standard, JSONValue(parsing: text), namespace: "ray")
    }
    #expect(refusal?.description == message)
  }

  @Test func `a cluster that is refused, or has no name yet, has none either`() throws {
    for sketch in [
      ClusterSketch(head: GroupSketch(parameters: ["port": "x"])), ClusterSketch(name: nil, generateName: "demo-"),
    ] {
      #expect(throws: Refusal.self) { try made(.standard, sketch.object, namespace: "ray") }
    }
  }

  private func made(_ options: PlanOptions, _ object: JSONValue, namespace: String) throws -> HeadlessService {
    let manifest = try element(object.text)
    return try HeadlessService(of: manifest, namespace: namespace, options: options)
  }
}
