import HTTP
import HTTPTypes
import JSON
import RayPlan
import TestSupport
import Testing

@testable import Controller

/// The controller as a whole, over HTTP.
@Suite(.timeLimit(.minutes(3)))
struct ControllerTests {
  @Test func `a managed cluster gets the Service of slash service, owned by it`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster()
      visit.api.with { $0.put(ControllerVisit.cluster, cluster) }
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.object(ControllerVisit.service) != nil }
        try await eventually("the Event") { visit.reasons == ["ServiceCreated"] }
      }
      let service = try #require(visit.object(ControllerVisit.service))
      let root = try JSONDocument(JSONWriter.bytes(of: cluster)).root
      #expect(service["spec"] == (try HeadlessService(of: root, namespace: "ray")).object["spec"])
      let owner = try #require(service.value(at: "/metadata/ownerReferences/0"))
      let uid = visit.object(ControllerVisit.cluster)?.value(at: "/metadata/uid")
      #expect(owner["uid"] == uid && owner["kind"] == "RayCluster" && owner["controller"] == false)
      #expect(owner["blockOwnerDeletion"] == nil)
    }
  }

  @Test func `clusters that are not managed, or are being deleted, get none`() async throws {
    try await ControllerVisit.with { visit in
      let plain = try ControllerVisit.cluster(isManaged: false)
      let going = try ControllerVisit.cluster(named: "going").setting(
        ["metadata", "deletionTimestamp"], "2026-11-25T00:00:00Z")
      let last = try ControllerVisit.cluster(named: "last")
      visit.api.with {
        $0.put(ControllerVisit.cluster, plain)
        $0.put("/apis/ray.io/v1/namespaces/ray/rayclusters/going", going)
        $0.put("/apis/ray.io/v1/namespaces/ray/rayclusters/last", last)
      }
      try await visit.controlling { _ in
        try await eventually("the last one's") {
          visit.object("/api/v1/namespaces/ray/services/last-headless-svc") != nil
        }
      }
      #expect(visit.api.with { $0.objects.keys.count { $0.contains("/services/") } } == 1)
    }
  }

  @Test func `a Service that somebody edits or deletes is restored`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster()
      let pod = try ControllerVisit.pod("head", made: "2026-11-25T11:00:00Z")
      visit.api.with {
        $0.put(ControllerVisit.cluster, cluster)
        $0.put("/api/v1/namespaces/ray/pods/head", pod)
      }
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.object(ControllerVisit.service) != nil }
        let right = try #require(visit.object(ControllerVisit.service)?["spec"])
        visit.api.with { objects in
          guard let live = objects.objects[ControllerVisit.service] else { return }
          let edited = live.setting(["spec", "ports"], [["name": "x", "port": 1, "protocol": "TCP"]])
            .setting(["spec", "selector"], ["app": "other"])
          objects.put(ControllerVisit.service, edited)
        }
        try await eventually("the repair") { visit.object(ControllerVisit.service)?["spec"] == right }
        visit.api.with { $0.delete(ControllerVisit.service) }
        try await eventually("a new one") { visit.object(ControllerVisit.service)?["spec"] == right }
      }
    }
  }

  /// A Service of the right name, as the guide has people write it.
  private static func handMade() throws -> JSONValue {
    try JSONValue(
      parsing: """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"demo-headless-svc","namespace":"ray"},\
        "spec":{"clusterIP":"None","ports":[{"name":"a","port":6379,"protocol":"TCP"}]}}
        """)
  }

  @Test func `a hand-made Service is left alone and told of, until it asks to be adopted`() async throws {
    try await ControllerVisit.with { visit in
      let (cluster, foreign) = (try ControllerVisit.cluster(), try Self.handMade())
      visit.api.with {
        $0.put(ControllerVisit.service, foreign)
        $0.put(ControllerVisit.cluster, cluster)
      }
      try await visit.controlling { _ in
        try await eventually("the Event") { visit.reasons == ["ServiceConflict"] }
        #expect(visit.ports == [6379])
        visit.api.with {
          $0.put(ControllerVisit.service, foreign.setting(["metadata", "annotations", "raymesh.io/adopt"], "true"))
          // It is looked at again by itself after half a minute; a change of the cluster is sooner.
          $0.put(ControllerVisit.cluster, cluster.setting(["spec", "suspend"], true))
        }
        try await eventually("the adoption") { visit.reasons == ["ServiceAdopted", "ServiceConflict"] }
      }
      #expect(visit.ports.count > 50)
      #expect(visit.count("PATCH \(ControllerVisit.service)") > 0)
    }
  }

  @Test func `a Service whose adoption stopped halfway is adopted as it is then`() async throws {
    try await ControllerVisit.with { visit in
      let asking = try Self.handMade().setting(["metadata", "annotations", "raymesh.io/adopt"], "true")
        .setting(["spec", "selector"], ["app": "x"])
      let cluster = try ControllerVisit.cluster()
      let apply = "PATCH \(ControllerVisit.service)?fieldManager=raymesh&force"
      for _ in 0..<6 { visit.api.fail(apply, with: .status(.internalServerError, "InternalError")) }
      visit.api.with {
        $0.put(ControllerVisit.service, asking)
        $0.put(ControllerVisit.cluster, cluster)
      }
      try await visit.controlling { _ in
        try await eventually("the part that is refused") { visit.count(apply) > 1 }
        // Nobody is told of changes of a Service without the label.
        visit.api.with { $0.put(ControllerVisit.service, asking.setting(["spec", "selector"], ["app": "y"])) }
        try await eventually("the adoption") { visit.reasons == ["ServiceAdopted"] }
      }
    }
  }

  @Test func `ports of pods that run stay until those are gone`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster(parameters: #"{"node-manager-port":"7001"}"#)
      let pod = try ControllerVisit.pod("head", made: "2026-11-25T11:00:00Z")
      visit.api.with {
        $0.put(ControllerVisit.cluster, cluster)
        $0.put("/api/v1/namespaces/ray/pods/head", pod)
      }
      let moved = try ControllerVisit.cluster(parameters: #"{"node-manager-port":"7002"}"#)
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.ports.contains(7001) }
        visit.api.with { $0.put(ControllerVisit.cluster, moved) }
        try await eventually("the port more") { visit.ports.contains(7002) }
        #expect(visit.ports.contains(7001))
        try await eventually("the Event") { visit.reasons.contains("PortsWait") }
        visit.api.with { $0.delete("/api/v1/namespaces/ray/pods/head") }
        try await eventually("the port less") { !visit.ports.contains(7001) }
        #expect(visit.ports.contains(7002))
      }
    }
  }

  @Test func `a cluster that cannot work is told why, once`() async throws {
    try await ControllerVisit.with { visit in
      let broken = try ControllerVisit.cluster(parameters: #"{"port":"abc"}"#)
      visit.api.with { $0.put(ControllerVisit.cluster, broken) }
      try await visit.controlling { _ in
        try await eventually("the Event") { visit.reasons == ["ServiceRefused"] }
        visit.api.with { $0.put(ControllerVisit.cluster, broken.setting(["spec", "suspend"], true)) }
        let seen = visit.count("GET /apis/ray.io/v1/rayclusters?watch")
        try await eventually("another watch") { visit.count("GET /apis/ray.io/v1/rayclusters?watch") > seen + 2 }
      }
      #expect(visit.reasons == ["ServiceRefused"])
    }
  }
}
