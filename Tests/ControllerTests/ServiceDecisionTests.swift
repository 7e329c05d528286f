import JSON
import Kubernetes
import RayPlan
import TestSupport
import Testing

@testable import Controller

/// What to do about a Service: no I/O, and every case of it.
struct ServiceDecisionTests {
  private let now = RFC3339Time(second: 2_000)
  private let old = RFC3339Time(second: 1_000)

  private func cluster(isSuspended: Bool = false, port: Int = 7001) throws -> ManagedCluster {
    let object = try ControllerVisit.cluster(parameters: #"{"node-manager-port":"\#(port)"}"#, isSuspended: isSuspended)
      .setting(["metadata", "uid"], "cluster-uid").setting(["metadata", "resourceVersion"], "1")
    return try #require(try ManagedCluster(element(object.text), options: .standard))
  }

  private func decision(
    for cluster: ManagedCluster, live: JSONValue?, oldest: RFC3339Time? = nil
  ) throws -> ServiceDecision {
    guard case .service(let service) = cluster.wish else { throw Unexpected() }
    let live = try live.map { try LiveService(element($0.text), for: cluster) }
    return ServiceDecision(for: service, of: cluster, live: live, oldest: oldest, now: now)
  }

  /// The Service as it comes to be in the cluster.
  private func created(for cluster: ManagedCluster) throws -> JSONValue {
    guard case .create(let draft) = try decision(for: cluster, live: nil) else { throw Unexpected() }
    return draft.object().setting(["metadata", "uid"], "service-uid").setting(["metadata", "resourceVersion"], "5")
  }

  @Test func `what has been created is left as it is`() throws {
    let cluster = try cluster()
    #expect(try decision(for: cluster, live: created(for: cluster), oldest: old) == .leave(waiting: nil))
  }

  @Test(
    arguments: [
      (["metadata", "labels", "team"], "a"), (["metadata", "annotations", "note"], "b"),
      (["spec", "internalTrafficPolicy"], "Cluster"), (["status"], [:]),
    ] as [([String], JSONValue)])
  func `what somebody adds beside it is theirs`(place: [String], value: JSONValue) throws {
    let cluster = try cluster()
    let live = try created(for: cluster).setting(place, value)
    #expect(try decision(for: cluster, live: live) == .leave(waiting: nil))
  }

  @Test(
    arguments: [
      (["spec", "publishNotReadyAddresses"], false), (["spec", "selector"], ["app": "other"]),
      (["metadata", "annotations", "networking.istio.io/exportTo"], "*"), (["metadata", "ownerReferences"], []),
      (["metadata", "annotations", "raymesh.io/ports"], "?"), (["spec", "ports"], []),
    ] as [([String], JSONValue)])
  func `what somebody changes is applied again, for that object and version alone`(
    place: [String], value: JSONValue
  ) throws {
    let cluster = try cluster()
    let live = try created(for: cluster).setting(place, value)
    guard case .apply(let draft, let over) = try decision(for: cluster, live: live) else {
      Issue.record("expected to apply")
      return
    }
    let object = draft.object(over: over.identity)
    #expect(object.value(at: "/metadata/uid") == "service-uid")
    #expect(object.value(at: "/metadata/resourceVersion") == "5")
    #expect(try object["spec"] == created(for: cluster)["spec"])
  }

  @Test func `what apply would leave is taken out by a patch that names the object and its version`() throws {
    let cluster = try cluster()
    let ports = try created(for: cluster).value(at: "/spec/ports")?.elements ?? []
    let more: JSONValue = .array(ports + [["name": "x", "port": 1, "protocol": "TCP"]])
    let live = try created(for: cluster).setting(["spec", "ports"], more).setting(["spec", "selector", "app"], "x")
    guard case .apply(let draft, let over) = try decision(for: cluster, live: live) else {
      Issue.record("expected to apply")
      return
    }
    let patch = try #require(draft.pruning(over))
    #expect(patch["metadata"] == ["uid": "service-uid", "resourceVersion": "5"])
    #expect(patch.value(at: "/spec/ports") == .array(ports))
    #expect(patch.value(at: "/spec/selector") == ["app": .null, "ray.io/cluster": "demo"])
  }

  @Test func `a suspended cluster gets its new ports, and loses the old ones, at once`() throws {
    let live = try created(for: cluster())
    for (isSuspended, numbers) in [(false, [7001, 7002] as [UInt16]), (true, [7002])] {
      let moved = try cluster(isSuspended: isSuspended, port: 7002)
      guard case .apply(let draft, _) = try decision(for: moved, live: live, oldest: old) else {
        Issue.record("expected to apply")
        return
      }
      #expect(draft.ports.numbers.filter { 7001...7002 ~= $0 } == numbers)
      #expect((draft.waiting == nil) == isSuspended)
    }
  }

  @Test func `another's Service is a conflict, unless it asks, and one with an address even then`() throws {
    let cluster = try cluster()
    let foreign = try created(for: cluster).setting(["metadata", "labels"], [:])
    #expect(try decision(for: cluster, live: foreign) == .conflict(.foreign))
    let asking = foreign.setting(["metadata", "annotations", "raymesh.io/adopt"], "true")
    guard case .adopt = try decision(for: cluster, live: asking) else {
      Issue.record("expected to adopt")
      return
    }
    let addressed = asking.setting(["spec", "clusterIP"], "10.0.0.1")
    #expect(try decision(for: cluster, live: addressed) == .conflict(.notHeadless))
  }
}

/// That a decision, or a wish, is another than the one that a test builds on.
private struct Unexpected: Error {}
