import HTTP
import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import Controller

/// Events, if the API server does not take one, or the cluster is another.
@Suite(.timeLimit(.minutes(3)))
struct ControllerEventTests {
  /// A cluster that cannot have its Service, as somebody else's has the name.
  private func put(into visit: ControllerVisit) throws -> JSONValue {
    let cluster = try ControllerVisit.cluster()
    let foreign: JSONValue = [
      "metadata": ["name": "demo-headless-svc", "namespace": "ray"],
      "spec": ["clusterIP": "None", "ports": [["name": "a", "port": 6379, "protocol": "TCP"]]],
    ]
    visit.api.with {
      $0.put(ControllerVisit.service, foreign)
      $0.put(ControllerVisit.cluster, cluster)
    }
    return cluster
  }

  @Test func `an Event that was not taken is written at the next look`() async throws {
    try await ControllerVisit.with { visit in
      let events = "POST /api/v1/namespaces/ray/events"
      visit.api.fail(events, with: .status(.internalServerError, "InternalError"))
      let cluster = try put(into: visit)
      try await visit.controlling { _ in
        try await eventually("the try") { visit.count(events) == 1 }
        visit.api.with { $0.put(ControllerVisit.cluster, cluster.setting(["spec", "suspend"], true)) }
        try await eventually("the Event") { visit.reasons == ["ServiceConflict"] }
      }
    }
  }

  @Test func `a recreated cluster has Events of its own`() async throws {
    try await ControllerVisit.with { visit in
      let cluster = try put(into: visit)
      try await visit.controlling { _ in
        try await eventually("the Event") { visit.reasons == ["ServiceConflict"] }
        visit.api.with {
          $0.delete(ControllerVisit.cluster)
          $0.put(ControllerVisit.cluster, cluster.setting(["metadata", "uid"], "another"))
        }
        try await eventually("the other's Event") {
          visit.api.with { $0.objects.values.contains { $0.value(at: "/involvedObject/uid") == "another" } }
        }
      }
    }
  }
}
