import HTTP
import HTTPTypes
import JSON
import Kubernetes
import TestSupport
import Testing

@testable import Controller

/// An API server that is busy, loses its state, cuts off connections, or knows another leader.
@Suite(.timeLimit(.minutes(3)))
struct ControllerFaultTests {
  private func name(_ index: Int) -> String { "c\(index)" }

  private func service(_ index: Int) -> String { "/api/v1/namespaces/ray/services/\(name(index))-headless-svc" }

  private func put(_ index: Int, into visit: ControllerVisit) throws {
    let cluster = try ControllerVisit.cluster(named: name(index))
    visit.api.with { $0.put("/apis/ray.io/v1/namespaces/ray/rayclusters/\(name(index))", cluster) }
  }

  @Test func `many clusters are listed in pages, and each gets its Service once`() async throws {
    try await ControllerVisit.with { visit in
      for index in 0..<250 { try put(index, into: visit) }
      try await visit.controlling { _ in
        try await eventually("all of them") {
          visit.api.with { $0.objects.keys.count { $0.contains("/services/") } } == 250
        }
      }
      #expect(visit.count("GET /apis/ray.io/v1/rayclusters?limit") == 4, "4, 16, 64, 256: pages grow")
      #expect(visit.count("POST /api/v1/namespaces/ray/services") == 250)
    }
  }

  @Test func `a watch that is cut, refused or too old goes on, and nothing is lost`() async throws {
    try await ControllerVisit.with { visit in
      try put(0, into: visit)
      try await visit.controlling { _ in
        try await eventually("the first") { visit.object(service(0)) != nil }
        let watch = "GET /apis/ray.io/v1/rayclusters?watch"
        visit.api.fail(watch, with: .json(.ok, #"{"type":"ADDED","obj"#))
        try put(1, into: visit)
        try await eventually("the second") { visit.object(service(1)) != nil }
        let lists = visit.count("GET /apis/ray.io/v1/rayclusters?limit")
        let expired = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}"#
        visit.api.fail(watch, with: .json(.ok, "\(expired)\n"))
        try put(2, into: visit)
        try await eventually("the third") { visit.object(service(2)) != nil }
        visit.api.with { $0.compact() }
        try put(3, into: visit)
        try await eventually("the fourth") { visit.object(service(3)) != nil }
        #expect(visit.count("GET /apis/ray.io/v1/rayclusters?limit") > lists)
        visit.api.fail(watch, with: .status(.tooManyRequests, "TooManyRequests"))
        try put(4, into: visit)
        try await eventually("the fifth") { visit.object(service(4)) != nil }
      }
    }
  }

  @Test func `a write that fails is tried again`() async throws {
    try await ControllerVisit.with { visit in
      visit.api.fail("POST /api/v1/namespaces/ray/services", with: .status(.internalServerError, "InternalError"))
      visit.api.fail("POST /api/v1/namespaces/ray/services", with: .status(.forbidden, "Forbidden"))
      try put(0, into: visit)
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.object(service(0)) != nil }
      }
      #expect(visit.count("POST /api/v1/namespaces/ray/services") == 3)
    }
  }

  @Test func `clusters of an older KubeRay are found under its version`() async throws {
    try await ControllerVisit.with { visit in
      visit.api.fail("GET /apis/ray.io/v1/rayclusters?limit", with: .status(.notFound, "NotFound"))
      let old = try ControllerVisit.cluster().setting(["apiVersion"], "ray.io/v1alpha1")
      visit.api.with { $0.put("/apis/ray.io/v1alpha1/namespaces/ray/rayclusters/demo", old) }
      try await visit.controlling { _ in
        try await eventually("the Service") { visit.object(ControllerVisit.service) != nil }
      }
      let owner = visit.object(ControllerVisit.service)?.value(at: "/metadata/ownerReferences/0")
      #expect(owner?["apiVersion"] == "ray.io/v1alpha1")
    }
  }

  @Test func `of two replicas one applies, and at its end the other does at once`() async throws {
    try await ControllerVisit.with { visit in
      try put(0, into: visit)
      try await visit.controlling(as: "one") { _ in
        try await eventually("the first") { visit.object(service(0)) != nil }
        #expect(visit.object(ControllerVisit.lease)?.value(at: "/spec/holderIdentity") == "one")
      }
      #expect(visit.object(ControllerVisit.lease)?.value(at: "/spec/holderIdentity") == "", "it is given back")
      try await visit.controlling(as: "two") { _ in
        try put(1, into: visit)
        try await eventually("the second") { visit.object(service(1)) != nil }
        #expect(visit.object(ControllerVisit.lease)?.value(at: "/spec/holderIdentity") == "two")
      }
    }
  }

  @Test func `a replica that does not lead writes nothing, and one that is told of another stops`() async throws {
    try await ControllerVisit.with { visit in
      let other = LeaseRecord(holder: "other", seconds: 15, acquired: "", renewed: "", transitions: 0)
      let lease = other.object(ObjectKey(namespace: "raymesh-system", name: "raymesh"), over: nil)
      try put(0, into: visit)
      try await visit.controlling { _ in
        try await eventually("the first") { visit.object(service(0)) != nil }
        visit.api.with { $0.put(ControllerVisit.lease, lease) }
        let seen = visit.count("GET \(ControllerVisit.lease)")
        try await eventually("a look at the lease") { visit.count("GET \(ControllerVisit.lease)") > seen + 1 }
        let watches = visit.count("GET /apis/ray.io/v1/rayclusters?watch")
        try put(1, into: visit)
        try await eventually("more watches") {
          visit.count("GET /apis/ray.io/v1/rayclusters?watch") > watches + 2
        }
        #expect(visit.object(service(1)) == nil)
      }
      #expect(visit.object(ControllerVisit.lease)?.value(at: "/spec/holderIdentity") == "other")
    }
  }
}
