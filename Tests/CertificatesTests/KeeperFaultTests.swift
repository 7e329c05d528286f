import HTTP
import HTTPTypes
import JSON
import Kubernetes
import TestSupport
import Testing
import Transport

@testable import Certificates

/// Replicas that cannot read, or cannot write, and what becomes of the others.
@Suite(.timeLimit(.minutes(3)))
struct KeeperFaultTests {
  private let reads = "GET \(KeeperVisit.secret)"

  @Test func `who cannot read the Secret does not take back what another has published`() async throws {
    let old = try Sketch.stored()
    var announced = old
    announced.next = try Sketch.authority()
    let new = announced
    try await KeeperVisit.with { visit in
      try visit.put(old)
      try visit.publish(old)
      try await visit.keeping { replica in
        try await replica.verified()
        let before = visit.api.requests.count { $0 == reads }
        for _ in 0..<2 { visit.api.fail(reads, with: .status(.internalServerError, "InternalError")) }
        try visit.put(new)
        try visit.publish(new)
        try await eventually("the Secret, which is read again") {
          visit.api.requests.count { $0 == reads } >= before + 3
        }
      }
      #expect(!visit.api.requests.contains { $0.hasPrefix("PATCH") })
    }
  }

  @Test func `who cannot read the Secret fills caBundles that are empty`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        for _ in 0..<1000 { visit.api.fail(reads, with: .status(.internalServerError, "InternalError")) }
        visit.api.with { $0.put(KeeperVisit.configuration, KeeperVisit.unconfigured) }
        try await eventually("the caBundles") { try visit.isPublished() }
      }
    }
  }

  @Test func `a replica that may not write serves with what is there, though that is due`() async throws {
    var held = try Sketch.stored()
    held.pair = try ServingPair(for: Sketch.hosts, from: held.authority, at: Sketch.now - 61 * Sketch.day)
    let due = held
    try await KeeperVisit.with { visit in
      try visit.put(due)
      for _ in 0..<1000 { visit.api.fail("PUT", with: .status(.forbidden, "Forbidden")) }
      try await visit.keeping { replica in
        try await replica.verified()
        #expect(try visit.isPublished())
        #expect(try await replica.serves(trusting: due))
      }
    }
  }

  @Test func `caBundles that somebody has written meanwhile are not written over`() async throws {
    let (old, new) = (try Sketch.stored(), try Sketch.stored())
    let loops = try EventLoopGroup(count: 1)
    try await KeeperVisit.with { visit in
      let client = KubernetesClient(ClusterAccess(plain: visit.endpoint), on: loops.first)
      let store = ConfigurationStore(name: "raymesh")
      let live = try await store.read(client)
      try visit.publish(new)
      let error = await #expect(throws: AuthorityError.self) {
        _ = try await store.repair(live, to: old.bundle(), by: client)
      }
      #expect(error?.isConflict == true)
      #expect(visit.bundles.first == Base64.text(try new.bundle()))
    }
  }
}
