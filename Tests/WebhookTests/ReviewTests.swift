import Admission
import Foundation
import JSON
import RayPlan
import TestSupport
import Testing
import Transport
import Webhook

/// AdmissionReviews, posted as a real API server posts them: the answer is byte for byte the reviewer's.
@Suite(.timeLimit(.minutes(3)))
struct ReviewTests {
  @Test(arguments: ReviewFile.own)
  func `a review is answered, twice on a connection and however it is cut`(file: ReviewFile) async throws {
    try await postReview(file)
  }

  @Test(
    .enabled(if: !ReviewFile.recorded.isEmpty, "needs reviews recorded from a real API server"),
    arguments: ReviewFile.recorded)
  func `a recorded review is answered, twice on a connection and however it is cut`(file: ReviewFile) async throws {
    try await postReview(file)
  }

  private func postReview(_ file: ReviewFile) async throws {
    try await post(file.bytes, to: "/mutate?timeout=5s", answeredAsBy: Reviewer())
    try await post(file.bytes, to: "/mutate-service?timeout=5s", answeredAsBy: Reviewer(of: [.headServices]))
  }

  private func post(_ bytes: [UInt8], to path: String, answeredAsBy reviewer: Reviewer) async throws {
    let expected = try reviewer.review(bytes)
    let post = Post(path, bytes)
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for pieces in [[post.bytes], [post.bytes]] + post.awkwardlyCut(seed: UInt64(bytes.count)) {
        try await client.send(pieces)
        let response = try await client.response()
        #expect(response.status == 200)
        #expect(response.fields["content-type"] == "application/json")
        #expect(response.body == expected.bytes)
      }
    }
    let reply = try JSONDocument(expected.bytes).root
    #expect(try reply.requiredObject("response").requiredString("uid") == expected.review.uid)
  }

  @Test func `there are reviews of every kind of answer among the files`() throws {
    let answers = try ReviewFile.own.map { try Reviewer().review($0.bytes).answer }
    #expect(answers.contains { if case .allow = $0 { true } else { false } })
    #expect(answers.contains { if case .patch = $0 { true } else { false } })
    #expect(answers.contains { if case .deny = $0 { true } else { false } })
  }

  @Test func `a review is answered byte by byte, and many at once in order`() async throws {
    let files = ReviewFile.own
    let posts = try files.map { Post("/mutate", try $0.bytes) }
    let expected = try files.map { try Reviewer().review($0.bytes).bytes }
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send(try #require(posts.first).bytes.oneByOne)
      #expect(try await client.response().body == expected.first)
      try await client.send([posts.flatMap(\.bytes)])
      for body in expected { #expect(try await client.response().body == body) }
    }
  }

  @Test func `a reply is in the version of its review`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for (file, version) in [("create", "admission.k8s.io/v1"), ("create-v1beta1", "admission.k8s.io/v1beta1")] {
        try await client.send([Post("/mutate", try Fixture.bytes("webhook/\(file).json")).bytes])
        let root = try JSONDocument(try await client.response().body).root
        #expect(try root.string("apiVersion") == version)
        let response = try root.requiredObject("response")
        #expect(response.member("allowed")?.bool == true)
        #expect(try response.string("patchType") == "JSONPatch")
      }
    }
  }

  @Test(arguments: [
    ("create-conflict", "/spec/headGroupSpec/rayStartParams/node-manager-port"),
    ("create-unreadable", "/spec/headGroupSpec/rayStartParams/object-manager-port: found \"99999\""),
  ])
  func `a RayCluster that cannot work is an answer, which says where`(file: String, part: String) async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate", try Fixture.bytes("webhook/\(file).json")).bytes])
      let answer = try await client.response()
      #expect(answer.status == 200)
      let response = try JSONDocument(answer.body).root.requiredObject("response")
      #expect(response.member("allowed")?.bool == false)
      #expect(response.member("patch") == nil)
      let status = try response.requiredObject("status")
      #expect(try status.requiredString("message").contains(part))
      #expect(JSONValue(try #require(status.member("code"))) == 422)
    }
  }

  @Test func `reviews from many connections at once get their own answers`() async throws {
    let files = ReviewFile.own
    try await WebhookVisit.with { visit in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let client = try await visit.connect()
            for round in 0..<5 {
              let bytes = try files[(number + round) % files.count].bytes
              try await client.send([Post("/mutate", bytes).bytes])
              #expect(try await client.response().body == Reviewer().review(bytes).bytes)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
