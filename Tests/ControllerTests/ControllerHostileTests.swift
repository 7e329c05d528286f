import HTTP
import HTTPTypes
import JSON
import Kubernetes
import TestSupport
import Testing

@testable import Controller

/// RayClusters and Services that somebody writes in order to stop the controller, over HTTP.
@Suite(.timeLimit(.minutes(5)))
struct ControllerHostileTests {
  private func path(_ name: String) -> String { "/apis/ray.io/v1/namespaces/ray/rayclusters/\(name)" }

  private func service(_ name: String) -> String { "/api/v1/namespaces/ray/services/\(name)-headless-svc" }

  /// More than an answer may have.
  private static let large = JSONValue.string(String(repeating: "x", count: 5 << 20))
  /// Nested more deeply than JSON is read.
  private static let deep = (0..<1500).reduce("end" as JSONValue) { value, _ in [value] }

  /// Objects that cannot be read: as a whole, in their metadata too, or by the parser.
  static let unreadable: [(place: [String], value: JSONValue, isNamed: Bool)] = [
    (["spec", "large"], large, true), (["spec", "deep"], deep, true),
    (["metadata", "annotations", "large"], large, false),
  ]

  @Test(arguments: unreadable)
  func `a RayCluster that cannot be read is told of, and hides no other`(
    place: [String], value: JSONValue, isNamed: Bool
  ) async throws {
    try await ControllerVisit.with { visit in
      for name in ["a", "b", "d", "e"] {
        let cluster = try ControllerVisit.cluster(named: name)
        visit.api.with { $0.put(path(name), cluster) }
      }
      let broken = try ControllerVisit.cluster(named: "c").setting(place, value)
      visit.api.with { $0.put(path("c"), broken) }
      try await visit.controlling { _ in
        try await eventually("the others' Services") {
          ["a", "b", "d", "e"].allSatisfy { visit.object(service($0)) != nil }
        }
        // Without metadata nobody can say whom to tell.
        if isNamed { try await eventually("the Event") { visit.reasons.contains("ClusterUnreadable") } }
      }
      #expect(visit.object(service("c")) == nil)
      #expect(visit.reasons.count { $0 == "ClusterUnreadable" } == (isNamed ? 1 : 0))
      #expect(visit.lines.skipped == [isNamed ? "ray/c" : "c"])
    }
  }

  @Test func `an event of a watch that cannot be read hides none behind it`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster()
      visit.api.with { $0.put(ControllerVisit.cluster, cluster) }
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.object(ControllerVisit.service) != nil }
        for (name, field, value) in [("large", "large", Self.large), ("deep", "deep", Self.deep)] {
          let broken = try ControllerVisit.cluster(named: name).setting(["spec", field], value)
          let next = try ControllerVisit.cluster(named: "after-\(name)")
          visit.api.with {
            $0.put(path(name), broken)
            $0.put(path("after-\(name)"), next)
          }
          try await eventually("the next one's Service") { visit.object(service("after-\(name)")) != nil }
        }
      }
    }
  }

  @Test func `large RayClusters come in small pages`() async throws {
    try await ControllerVisit.with { visit in
      let filler = JSONValue.string(String(repeating: "x", count: 1_400_000))
      for index in 0..<12 {
        let cluster = try ControllerVisit.cluster(named: "c\(index)").setting(["spec", "filler"], filler)
        visit.api.with { $0.put(path("c\(index)"), cluster) }
      }
      try await visit.controlling { _ in
        try await eventually("all Services") { (0..<12).allSatisfy { visit.object(service("c\($0)")) != nil } }
      }
      let pages = visit.api.requests.filter { $0.hasPrefix("GET /apis/ray.io/v1/rayclusters?limit") }
      #expect(pages.dropFirst().allSatisfy { $0.contains("limit=1&") || $0.hasSuffix("limit=1") }, "\(pages)")
    }
  }

  @Test func `a write that will be refused again is told of once, and tried again ever more rarely`() async throws {
    try await ControllerVisit.with { visit in
      let create = "POST /api/v1/namespaces/ray/services"
      for _ in 0..<6 { visit.api.fail(create, with: .status(.forbidden, "Forbidden")) }
      let cluster = try ControllerVisit.cluster()
      visit.api.with { $0.put(ControllerVisit.cluster, cluster) }
      var pauses = Pauses()
      pauses.rejections = Backoff(first: .milliseconds(10), longest: .seconds(1))
      try await visit.controlling(pauses: pauses) { _ in
        try await eventually("the Service, in the end") { visit.object(ControllerVisit.service) != nil }
        try await eventually("the Events") { visit.reasons.contains("ServiceCreated") }
      }
      #expect(visit.reasons == ["ServiceCreated", "ServiceRejected"])
      let event = visit.api.with { $0.objects.values.first { $0["reason"] == "ServiceRejected" } }
      #expect(event?["message"]?.string?.contains("403 Forbidden") == true && event?["type"] == "Warning")
    }
  }

  @Test func `a Service in the way is looked at again though nobody tells of it`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster()
      let foreign: JSONValue = [
        "metadata": ["name": "demo-headless-svc", "namespace": "ray"],
        "spec": ["clusterIP": "None", "ports": [["name": "a", "port": 6379, "protocol": "TCP"]]],
      ]
      visit.api.with {
        $0.put(ControllerVisit.service, foreign)
        $0.put(ControllerVisit.cluster, cluster)
      }
      var pauses = Pauses()
      pauses.conflicts = Backoff(first: .milliseconds(20), longest: .milliseconds(100))
      try await visit.controlling(pauses: pauses) { _ in
        try await eventually("the Event") { visit.reasons == ["ServiceConflict"] }
        visit.api.with {
          $0.put(ControllerVisit.service, foreign.setting(["metadata", "annotations", "raymesh.io/adopt"], "true"))
        }
        try await eventually("the adoption") { visit.reasons == ["ServiceAdopted", "ServiceConflict"] }
      }
    }
  }

  @Test func `a Service in the way is looked at ever more rarely, for five minutes at most`() {
    let pauses = Pauses()
    let growing = (0..<5).map { pauses.conflicts.pause(after: $0, jitter: 0) }
    #expect(growing == [.seconds(30), .seconds(60), .seconds(120), .seconds(240), .seconds(300)])
    for result in ReconcileResult.allCases {
      let isTriedAgain = [.failed, .rejected, .conflict].contains(result)
      #expect((pauses.backoff(after: result) != nil) == isTriedAgain)
    }
  }

  @Test func `a Service that something else owns is not written, label or not`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try ControllerVisit.cluster()
      let owned: JSONValue = [
        "metadata": [
          "name": "demo-headless-svc", "namespace": "ray", "labels": ["app.kubernetes.io/managed-by": "raymesh"],
          "ownerReferences": [["apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "y"]],
        ],
        "spec": ["clusterIP": "None", "ports": [["name": "a", "port": 6379, "protocol": "TCP"]]],
      ]
      visit.api.with {
        $0.put(ControllerVisit.service, owned)
        $0.put(ControllerVisit.cluster, cluster)
      }
      try await visit.controlling { _ in
        try await eventually("the Event") { visit.reasons == ["ServiceConflict"] }
      }
      #expect(visit.ports == [6379])
      #expect(visit.count("PATCH \(ControllerVisit.service)") == 0)
    }
  }
}
