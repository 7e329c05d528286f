import JSON
import TestSupport
import Testing

@testable import Controller

/// Ports that pods were started with, if little is known of the pods.
@Suite(.timeLimit(.minutes(3)))
struct ControllerPodTests {
  private let pod = "/api/v1/namespaces/ray/pods/head"

  private func cluster(port: Int) throws -> JSONValue {
    try ControllerVisit.cluster(parameters: #"{"node-manager-port":"\#(port)"}"#)
  }

  /// Moves a port while a pod runs, and waits until that is done and the old one has been kept.
  private func move(_ visit: ControllerVisit, _ pods: () async throws -> Void) async throws {
    try await eventually("the Service") { visit.ports.contains(7001) }
    try await pods()
    let moved = try cluster(port: 7002)
    visit.api.with { $0.put(ControllerVisit.cluster, moved) }
    try await eventually("the port more") { visit.ports.contains(7002) }
    #expect(visit.ports.contains(7001))
    try await eventually("the Event") { visit.reasons.contains("PortsWait") }
    #expect(visit.ports.contains(7001))
  }

  @Test func `pods that no watch has told of yet keep their ports`() async throws {
    try await ControllerVisit.with { visit in
      let (first, made) = (try cluster(port: 7001), try ControllerVisit.pod("head", made: "2026-11-25T11:00:00Z"))
      visit.api.with { $0.put(ControllerVisit.cluster, first) }
      let watch = "GET /api/v1/pods?labelSelector=ray.io%2Fcluster&watch"
      try await visit.controlling { _ in
        try await move(visit) {
          visit.api.hold([watch])
          let seen = visit.count(watch)
          try await eventually("a watch that tells nothing") { visit.count(watch) > seen }
          visit.api.with { $0.put(pod, made) }
        }
        visit.api.hold([])
        visit.api.with { $0.delete(pod) }
        try await eventually("the port less") { !visit.ports.contains(7001) }
      }
    }
  }

  @Test func `pods keep their ports though our clock is behind the API server's`() async throws {
    try await ControllerVisit.with { visit in
      let (first, made) = (try cluster(port: 7001), try ControllerVisit.pod("head", made: "2026-11-25T13:00:00Z"))
      visit.api.with {
        $0.put(ControllerVisit.cluster, first)
        $0.put(pod, made)
      }
      try await visit.controlling { _ in
        try await move(visit) {}
        let later = try ControllerVisit.pod("head", made: "2026-11-25T13:00:01Z")
        visit.api.with { $0.put("/api/v1/namespaces/ray/pods/worker", later.setting(["metadata", "name"], "worker")) }
        visit.api.with { $0.delete(pod) }
        try await eventually("the port less") { !visit.ports.contains(7001) }
      }
    }
  }
}
