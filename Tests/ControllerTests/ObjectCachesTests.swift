import JSON
import RayPlan
import TestSupport
import Testing

@testable import Controller
@testable import Kubernetes

/// What is kept of a cluster that others write: what a watch says is handed in.
struct ObjectCachesTests {
  private let caches = ObjectCaches(options: .standard) { _ in }
  private let service = ObjectKey(namespace: "ray", name: "demo-headless-svc")

  private func see(_ object: JSONValue, uid: String = "cluster-uid") throws {
    let object = object.setting(["metadata", "uid"], .string(uid)).setting(["metadata", "resourceVersion"], "1")
    try caches.rayClusters.changed(element(object.text))
  }

  private func see(service object: JSONValue) throws {
    let object = object.setting(["metadata", "uid"], "service-uid").setting(["metadata", "resourceVersion"], "2")
    try caches.headlessServices.changed(element(object.text))
  }

  /// A Service with Raymesh's label and a record, with any owner.
  private static func labelled(
    _ name: String = "demo-headless-svc", namespace: String = "ray", record: String = "abc",
    owner: JSONValue? = owner()
  ) throws -> JSONValue {
    let service: JSONValue = [
      "apiVersion": "v1", "kind": "Service",
      "metadata": [
        "name": .string(name), "namespace": .string(namespace), "labels": ["app.kubernetes.io/managed-by": "raymesh"],
        "annotations": ["raymesh.io/ports": .string(record)],
      ],
      "spec": ["clusterIP": "None", "ports": [["name": "a", "port": 6379, "protocol": "TCP"]]],
    ]
    return owner.map { service.setting(["metadata", "ownerReferences"], [$0]) } ?? service
  }

  private static func owner(
    kind: String = "RayCluster", name: String = "demo", uid: String = "cluster-uid", group: String = "ray.io/v1"
  ) -> JSONValue {
    ["apiVersion": .string(group), "kind": .string(kind), "name": .string(name), "uid": .string(uid)]
  }

  @Test func `the record of a Service that its managed cluster owns is read`() throws {
    try see(ControllerVisit.cluster())
    try see(service: Self.labelled())
    #expect(caches.services[service]?.ownership == .cluster)
    #expect(caches.services[service]?.record == PortRecord(wanted: "abc"))
  }

  @Test(
    arguments: [
      (nil, .nobody), (owner(uid: "another"), .former), (owner(name: "other"), .other), (owner(kind: "Pod"), .other),
      (owner(group: "apps/v1"), .other),
    ] as [(JSONValue?, ServiceOwnership)])
  func `the record of a Service that its cluster does not own is not read`(
    owner: JSONValue?, ownership: ServiceOwnership
  ) throws {
    try see(ControllerVisit.cluster())
    try see(service: Self.labelled(owner: owner))
    #expect(caches.services[service]?.ownership == ownership)
    #expect(caches.services[service]?.record == nil)
  }

  @Test func `who only looks reads no record either of a Service that its cluster does not own`() throws {
    let numbered = try ControllerVisit.cluster().setting(["metadata", "uid"], "cluster-uid")
      .setting(["metadata", "resourceVersion"], "1")
    let cluster = try #require(try ManagedCluster(element(numbered.text), options: .standard))
    guard case .service(let wanted) = cluster.wish else { return #expect(Bool(false), "no Service is wanted") }
    let record = "\(PortRecord.digest(of: PortRuns(wanted.ports))) 2026-11-25T12:00:00Z 7-7/TCP/grpc"
    for (owner, waits) in [(Self.owner(), true), (nil, false)] {
      let service = try Self.labelled(record: record, owner: owner).setting(["metadata", "uid"], "service-uid")
      let state = try ServiceState(
        of: element(numbered.text), service: element(service.setting(["metadata", "resourceVersion"], "2").text),
        oldest: "2026-11-25T11:00:00Z", at: 1_795_608_000, options: .standard)
      guard case .different(let words) = state else { return #expect(Bool(false), "\(String(describing: state))") }
      #expect(words.hasPrefix("lacks port 7, ") == waits, "\(words)")
    }
  }

  @Test func `nothing is kept of a Service that no managed cluster is named after`() throws {
    try see(ControllerVisit.cluster())
    try see(ControllerVisit.cluster(named: "plain", isManaged: false), uid: "plain-uid")
    let runs = String(repeating: " 1-65535/TCP/grpc", count: 58)
    let record = "a 2026-11-25T00:00:00Z\(runs)"
    for (name, namespace) in [
      ("demo-headless-svc", "other"), ("demo", "ray"), ("plain-headless-svc", "ray"), ("x-headless-svc", "ray"),
    ] {
      try see(service: Self.labelled(name, namespace: namespace, record: record))
    }
    #expect(caches.services.count == 0)
  }

  @Test func `what was read for a cluster is forgotten with it`() throws {
    try see(ControllerVisit.cluster())
    try see(service: Self.labelled())
    try see(ControllerVisit.cluster(), uid: "another")
    #expect(caches.services.count == 0, "the same Service is another's now")
    try see(service: Self.labelled())
    #expect(caches.services[service]?.ownership == .former)
    caches.rayClusters.deleted(ObjectKey(namespace: "ray", name: "demo"))
    #expect(caches.services.count == 0)
  }

  @Test func `a Service of very many ports costs a bounded amount, and is not as it should be`() throws {
    try see(ControllerVisit.cluster())
    let ports = (1...9000).map { ["name": .string("n\($0)"), "port": .integer($0 * 2)] as JSONValue }
    let keys = JSONObject((0..<1000).map { ("k\($0)", "v") })
    try see(
      service: Self.labelled().setting(["spec", "ports"], .array(ports)).setting(["spec", "selector"], .object(keys)))
    let live = try #require(caches.services[service])
    #expect(live.ports.runs.count <= 2048 && live.otherSelectors.count <= 64 && !live.isWhole)
  }

  /// How many runs are kept of a thousand clusters and their Services.
  private func kept(_ parameters: String) throws -> Int {
    let caches = ObjectCaches(options: .standard) { _ in }
    var count = 0
    for index in 0..<1000 {
      let object = try ControllerVisit.cluster(named: "c\(index)", parameters: parameters)
        .setting(["metadata", "uid"], .string("u\(index)")).setting(["metadata", "resourceVersion"], "1")
      try caches.rayClusters.changed(element(object.text))
      let key = ObjectKey(namespace: "ray", name: "c\(index)")
      let cluster = try #require(caches.clusters[key])
      guard case .service(let wanted) = cluster.wish else { continue }
      let decision = ServiceDecision(
        for: wanted, of: cluster, live: nil, oldest: nil, now: RFC3339Time(second: 1_000))
      guard case .create(let draft) = decision else { continue }
      let made = draft.object().setting(["metadata", "uid"], "s").setting(["metadata", "resourceVersion"], "1")
      try caches.headlessServices.changed(element(made.text))
      let live = try #require(caches.services[ObjectKey(namespace: "ray", name: wanted.name)])
      #expect(draft.isMet(by: live))
      count += wanted.ports.runs.count + live.ports.runs.count
    }
    return count
  }

  @Test func `clusters that state a wide range cost what plain ones cost`() throws {
    let plain = try kept("{}")
    let wide = try kept(#"{"min-worker-port":"10002","max-worker-port":"19999"}"#)
    #expect(plain > 20_000)
    #expect(wide <= plain * 11 / 10)
  }

  @Test func `what is refused is kept in as many bytes as an Event has`() throws {
    let groups = (0..<300).map { #"{"groupName":"g\#($0)","rayStartParams":{"port":"x"},"template":{}}"# }
    let cluster = try ControllerVisit.cluster(parameters: #"{"port":"abc"}"#)
      .setting(["spec", "workerGroupSpecs"], JSONValue(parsing: "[\(groups.joined(separator: ","))]"))
    try see(cluster)
    guard case .refused(let why) = caches.clusters[ObjectKey(namespace: "ray", name: "demo")]?.wish else {
      Issue.record("expected a refusal")
      return
    }
    #expect(why.utf8.count <= 1000)
  }
}
