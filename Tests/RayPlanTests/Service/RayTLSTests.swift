import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// With Ray's own TLS, what a mesh takes for grpc or http is TLS. So the head's own Service has to stay as KubeRay makes
/// it, and only the cluster knows.
@Suite struct RayTLSTests {
  private static let byKubeRay: JSONValue = ["enabled": true]
  private static let place: JSONPointer = "/spec/headServiceAnnotations"
  private static let wish: JSONPointer = "/spec/headServiceAnnotations/raymesh.io~1inject"

  private static func cluster(_ annotations: JSONValue? = nil, spec: JSONValue = [:]) -> JSONValue {
    let spec = JSONValue.sketch(["tlsOptions": byKubeRay]).adding(spec)
    return ClusterSketch(annotations: annotations, workers: [GroupSketch()], spec: spec).object
  }

  @Test func `the head's own Service is left as KubeRay makes it`() throws {
    for cluster in [
      RayTLSTests.cluster(),
      ClusterSketch(head: GroupSketch(env: [["name": "RAY_USE_TLS", "value": "1"]])).object,
      ClusterSketch(workers: [GroupSketch(env: [["name": "RAY_USE_TLS", "value": "true"]])]).object,
      RayTLSTests.cluster(["ray.io/overwrite-container-cmd": "true"]),
      RayTLSTests.cluster(["raymesh.io/node-address": "never"]),
      RayTLSTests.cluster(spec: ["headServiceAnnotations": .null]),
      RayTLSTests.cluster(spec: ["headServiceAnnotations": ["mine": "kept"]]),
    ] {
      let created = try cluster.created()
      #expect(created.value(at: RayTLSTests.wish) == "false")
      #expect(try KubeRayHeadService(for: created).object.answer(resource: "services") == .allow([]))
    }
  }

  /// `tls_utils.py` of Ray 2.10 to 2.60: `1`, or `true` in any case of letters, and nothing else.
  @Test(arguments: [
    ("1", true), ("true", true), ("TRUE", true), ("True", true), ("0", false), ("2", false), ("yes", false),
    ("", false),
    ("truely", false), ("tru", false),
  ])
  func `the variable turns TLS on as Ray reads it`(value: String, isOn: Bool) throws {
    let env: JSONValue = [["name": "RAY_USE_TLS", "value": .string(value)]]
    let sketch = ClusterSketch(head: GroupSketch(env: env))
    #expect(try (sketch.object.created().value(at: RayTLSTests.wish) == "false") == isOn)
    #expect(try (sketch.plan().added()["node-ip-address"] == nil) == isOn)
  }

  @Test func `the variable may come from another`() throws {
    let env: JSONValue = [["name": "TLS", "value": "TRUE"], ["name": "RAY_USE_TLS", "value": "$(TLS)"]]
    #expect(try ClusterSketch(head: GroupSketch(env: env)).object.created().value(at: RayTLSTests.wish) == "false")
  }

  @Test func `the user's own word about it stays`() throws {
    let asked = RayTLSTests.cluster(spec: ["headServiceAnnotations": ["raymesh.io/inject": "true"]])
    #expect(try asked.created().value(at: RayTLSTests.wish) == "true")
    let named = RayTLSTests.cluster(["raymesh.io/node-address": "always"])
    #expect(try named.created().value(at: RayTLSTests.place) == nil)
  }

  @Test func `without it nothing is asked of the head's own Service`() throws {
    for sketch in [ClusterSketch(), ClusterSketch(annotations: ["raymesh.io/node-address": "never"])] {
      #expect(try sketch.object.created().value(at: RayTLSTests.place) == nil)
    }
  }

  @Test func `an update that drops the wish gets it back, and no other cluster gets it by an update`() throws {
    let cluster = RayTLSTests.cluster()
    let running = try cluster.created()
    #expect(try cluster.stored(updating: running).value(at: RayTLSTests.wish) == "false")
    #expect(try running.stored(updating: running) == running)
    let without = try running.with(.null, at: RayTLSTests.place)
    #expect(try without.stored(updating: without) == without)
    let plain = try ClusterSketch().object.created()
    let nowTLS = try plain.with(RayTLSTests.byKubeRay, at: "/spec/tlsOptions")
    #expect(try nowTLS.stored(updating: plain).value(at: RayTLSTests.place) == nil)
  }

  @Test func `when TLS is removed, the user can remove the annotation too`() throws {
    let running = try RayTLSTests.cluster().created()
    let plain = try running.with(.null, at: "/spec/tlsOptions").with(.null, at: RayTLSTests.place)
    #expect(try plain.stored(updating: running).value(at: RayTLSTests.place) == .null)
  }
}
