import JSON
import TestSupport
import Testing

@testable import Controller

/// How a controller ends.
@Suite(.timeLimit(.minutes(3)))
struct ControllerEndTests {
  private func holder(_ visit: ControllerVisit) -> String? {
    visit.object(ControllerVisit.lease)?.value(at: "/spec/holderIdentity")?.string
  }

  @Test func `the lease is given back though a list is still waited for`() async throws {
    try await ControllerVisit.with { visit in
      let list = "GET /api/v1/pods?labelSelector=ray.io%2Fcluster&limit"
      visit.api.hold([list])
      try await visit.controlling { controller in
        try await eventually("the list, and the lease") {
          visit.count(list) > 0 && holder(visit) == "one"
        }
        controller.drain()
        // A list may take a minute.
        try await eventually(within: .seconds(30), "the lease without a holder") { holder(visit) == "" }
        visit.api.hold([])
      }
    }
  }

  @Test func `no page is asked for once the end has come`() async throws {
    try await ControllerVisit.with { visit in
      for index in 0..<250 {
        let cluster = try ControllerVisit.cluster(named: "c\(index)")
        visit.api.with { $0.put("/apis/ray.io/v1/namespaces/ray/rayclusters/c\(index)", cluster) }
      }
      let page = "GET /apis/ray.io/v1/rayclusters?limit="
      visit.api.hold(["\(page)16&continue"])
      try await visit.controlling { controller in
        try await eventually("the second page") { visit.count(page) == 2 }
        controller.drain()
        visit.api.hold([])
      }
      #expect(visit.count(page) == 2)
    }
  }

  @Test func `a controller whose task is canceled ends, and releases the lease`() async throws {
    try await ControllerVisit.with { visit in
      try await visit.controlling(ending: { $1.cancel() }) { _ in
        try await eventually("the lease") { holder(visit) == "one" }
      }
      #expect(holder(visit) == "")
    }
  }
}
