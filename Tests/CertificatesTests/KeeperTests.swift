import HTTP
import HTTPTypes
import JSON
import Kubernetes
import TestSupport
import Testing
import TLS
import Transport

@testable import Certificates

/// Certificates that manage themselves, against a played API server.
@Suite(.timeLimit(.minutes(3)))
struct KeeperTests {
  @Test func `of two replicas one makes the Secret, and both serve with it and are trusted`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { one in
        try await visit.keeping { other in
          try await one.verified()
          try await other.verified()
          #expect(try visit.isPublished())
          #expect(one.serving.facts == other.serving.facts && one.serving.facts != nil)
          let held = try visit.stored()
          for replica in [one, other] { #expect(try await replica.serves(trusting: held)) }
        }
      }
      let writes = visit.api.requests.filter { $0.hasPrefix("PUT") }
      #expect(writes.isEmpty, "who comes second writes nothing")
    }
  }

  @Test func `a replica that starts again goes on with what is there`() async throws {
    try await KeeperVisit.with { visit in
      let first = try await visit.keeping { replica in
        try await replica.verified()
        return replica.serving.facts
      }
      let writes = visit.api.requests.count { !$0.hasPrefix("GET") }
      try await visit.keeping { replica in
        try await replica.verified()
        #expect(replica.serving.facts == first)
      }
      #expect(visit.api.requests.count { !$0.hasPrefix("GET") } == writes)
    }
  }

  @Test func `a caBundle that is dropped, changed or moved is corrected`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        let webhooks = try #require(visit.api.with { $0.objects[KeeperVisit.configuration] }?["webhooks"]?.elements)
        let stranger = Base64.text(try Sketch.authority().certificate.pem)
        for spoiled in [
          KeeperVisit.unconfigured["webhooks"] ?? .null, .array(webhooks.reversed()),
          .array([webhooks[0], webhooks[1].setting(["clientConfig", "caBundle"], .string(stranger))]),
          .array([webhooks[0].setting(["clientConfig", "caBundle"], "?"), webhooks[1]]),
        ] {
          visit.api.with { $0.put(KeeperVisit.configuration, KeeperVisit.unconfigured.setting(["webhooks"], spoiled)) }
          try await eventually("the caBundles") { try visit.isPublished() }
          try await replica.verified()
        }
      }
    }
  }

  @Test func `a Secret that is deleted comes back as it was, with a next authority`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        let held = try visit.stored()
        visit.api.with { $0.delete(KeeperVisit.secret) }
        try await eventually("the Secret") { (try? visit.stored().next) != nil }
        let restored = try visit.stored()
        #expect(restored.pair?.certificate.fingerprint == held.pair?.certificate.fingerprint)
        try await eventually("the caBundles") { try visit.isPublished() }
        #expect(try await replica.serves(trusting: held))
      }
    }
  }

  @Test func `a broken Secret is restored`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        let held = try visit.stored()
        for entry in SecretEntry.allCases.filter({ $0 != .nextAuthorityKey }) {
          visit.api.with { api in
            guard let secret = api.objects[KeeperVisit.secret] else { return }
            api.put(KeeperVisit.secret, secret.setting(["data", entry.rawValue], "anVuaw=="))
          }
          try await eventually("the Secret without junk in \(entry.rawValue)") {
            (try? visit.stored().pair != nil && visit.isPublished()) ?? false
          }
          #expect(try visit.stored().authority.certificate.fingerprint == held.authority.certificate.fingerprint)
        }
        try await replica.verified()
      }
    }
  }

  @Test func `another's Secret of that name is left alone, and the probe says so`() async throws {
    let foreign: JSONValue = [
      "metadata": ["name": "raymesh-certificates", "namespace": "raymesh-system"], "data": ["password": "aGk="],
    ]
    try await KeeperVisit.with { visit in
      visit.api.with { $0.put(KeeperVisit.secret, foreign) }
      try await visit.keeping { replica in
        try await eventually("a look") { replica.status.problem == "there is no serving certificate yet" }
        #expect(replica.status.obstacle != nil)
        let error = try #require(throws: TLSError.self) { try replica.serving.context }
        #expect(error.failure == .noCertificate)
      }
      #expect(visit.api.with { $0.objects[KeeperVisit.secret] }?["data"] == foreign["data"])
    }
  }

  @Test func `what is wrong later on is told, and no reason to send requests elsewhere`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        visit.api.with { $0.delete(KeeperVisit.configuration) }
        try await eventually("the problem") { replica.status.problem?.hasSuffix("cannot be read") == true }
        #expect(replica.status.obstacle == nil && replica.serving.facts != nil)
        visit.api.with { $0.put(KeeperVisit.configuration, KeeperVisit.unconfigured) }
        try await replica.verified()
      }
    }
  }

  @Test func `without a configuration nobody is ready, and what is refused is tried again`() async throws {
    try await KeeperVisit.with { visit in
      visit.api.with { $0.delete(KeeperVisit.configuration) }
      visit.api.fail("POST", with: .status(.forbidden, "Forbidden"))
      visit.api.fail("PATCH", with: .status(.internalServerError, "InternalError"))
      visit.api.fail("PATCH", with: .status(.unprocessableContent, "Invalid"))
      try await visit.keeping { replica in
        try await eventually("the Secret") { (try? visit.stored()) != nil }
        #expect(replica.status.obstacle != nil)
        visit.api.with { $0.put(KeeperVisit.configuration, KeeperVisit.unconfigured) }
        try await replica.verified()
        #expect(replica.status.obstacle == nil)
      }
    }
  }

  @Test func `a Secret that may not be changed is tried again, each time by what is there then`() async throws {
    var held = try Sketch.stored()
    held.pair = nil
    let broken = held
    try await KeeperVisit.with { visit in
      try visit.put(broken)
      for _ in 0..<3 { visit.api.fail("PUT", with: .status(.unprocessableContent, "Invalid")) }
      try await visit.keeping { replica in
        try await replica.verified()
        #expect(try visit.stored().pair != nil)
        #expect(visit.api.requests.count { $0.hasPrefix("PUT") } == 4)
        #expect(visit.api.requests.count { $0 == "GET \(KeeperVisit.secret)" } >= 4)
      }
    }
  }

  @Test func `a certificate that is due, or asked for, is renewed once and loaded by all`() async throws {
    var old = try Sketch.stored()
    old.pair = try ServingPair(for: Sketch.hosts, from: old.authority, at: Sketch.now - 61 * Sketch.day)
    let due = try #require(old.pair).certificate.facts
    try await KeeperVisit.with { visit in
      try visit.put(old)
      try await visit.keeping { one in
        try await visit.keeping { other in
          for replica in [one, other] {
            try await replica.verified()
            try await eventually("the new certificate") { replica.serving.facts?.notAfter ?? 0 > due.notAfter }
          }
          #expect(visit.api.requests.count { $0.hasPrefix("PUT") } <= 2)
          let renewed = try visit.stored()
          try visit.put(renewed, asking: "certificate")
          try await eventually("another") {
            try visit.stored().pair?.certificate.fingerprint != renewed.pair?.certificate.fingerprint
          }
          let held = try visit.stored()
          #expect(held.authority.certificate.fingerprint == old.authority.certificate.fingerprint)
          for replica in [one, other] { #expect(try await replica.serves(trusting: held)) }
        }
      }
    }
  }

  @Test func `an authority that is due is announced, and what is served stays meanwhile`() async throws {
    var old = StoredCertificates(
      authority: try CertificateAuthority(named: "raymesh", days: 3650, at: Sketch.now - 2500 * Sketch.day))
    old.pair = try ServingPair(for: Sketch.hosts, from: old.authority, at: Sketch.now)
    let before = old
    try await KeeperVisit.with { visit in
      try visit.put(before)
      try await visit.keeping { replica in
        try await eventually("both authorities") { try visit.stored().next != nil && visit.isPublished() }
        try await replica.verified()
        #expect(try await replica.serves(trusting: before))
        #expect(try visit.stored().pair?.certificate.fingerprint == before.pair?.certificate.fingerprint)
      }
    }
  }

  @Test func `another authority's Secret, such as a backup's, is taken as it is`() async throws {
    try await KeeperVisit.with { visit in
      try await visit.keeping { replica in
        try await replica.verified()
        let other = try Sketch.stored()
        try visit.put(other)
        try await eventually("the caBundles") { try visit.isPublished() }
        try await eventually("what is served") { try await replica.serves(trusting: other) }
      }
    }
  }
}
