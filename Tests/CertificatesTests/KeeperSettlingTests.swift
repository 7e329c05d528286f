import TestSupport
import Testing
import TLS
import Transport

@testable import Certificates

/// When a replica changes to a certificate of another authority, which another replica has put into the Secret.
@Suite(.timeLimit(.minutes(3)))
struct KeeperSettlingTests {
  private let old: StoredCertificates
  /// Another authority's, beside which the former one is still trusted.
  private let new: StoredCertificates

  init() throws {
    old = try Sketch.stored()
    var new = try Sketch.stored()
    new.previous = [old.authority.certificate]
    self.new = new
  }

  /// Runs a replica that serves the old certificate, and then finds the new one in the Secret.
  private func keeping(settling: Duration, _ body: (KeeperVisit, KeptReplica) async throws -> Void) async throws {
    try await KeeperVisit.with { visit in
      try visit.put(old)
      try await visit.keeping(settling: settling) { replica in
        try await replica.verified()
        try visit.put(new)
        try await eventually("both authorities in the caBundles") { try visit.isPublished() }
        try await body(visit, replica)
      }
    }
  }

  @Test func `a new certificate is not served before its authority has settled`() async throws {
    try await keeping(settling: .seconds(600)) { visit, replica in
      for _ in 0..<3 {
        let rounds = visit.api.requests.count { $0 == "GET \(KeeperVisit.secret)" }
        try visit.put(new)
        try await eventually("another round") {
          visit.api.requests.count { $0 == "GET \(KeeperVisit.secret)" } > rounds
        }
        #expect(replica.serving.facts == old.pair?.certificate.facts)
      }
      #expect(try await replica.serves(trusting: old))
    }
  }

  @Test func `a new certificate is served once its authority has settled`() async throws {
    try await keeping(settling: .milliseconds(100)) { _, replica in
      let trusting = StoredCertificates(authority: new.authority)
      try await eventually("the new certificate") { try await replica.serves(trusting: trusting) }
    }
  }
}
