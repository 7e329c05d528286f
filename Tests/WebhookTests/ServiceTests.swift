import Admission
import Foundation
import JSON
import RayPlan
import TestSupport
import Testing
import Transport
import Webhook

/// `POST /service`, with the RayClusters of the reviews.
@Suite(.timeLimit(.minutes(3)))
struct ServiceTests {
  @Test(arguments: ReviewFile.own)
  func `a RayCluster is answered with its Service, twice on a connection and however it is cut`(
    file: ReviewFile
  ) async throws { try await postCluster(of: file) }

  @Test(
    .enabled(if: !ReviewFile.recorded.isEmpty, "needs reviews recorded from a real API server"),
    arguments: ReviewFile.recorded)
  func `a recorded RayCluster is answered, twice on a connection and however it is cut`(
    file: ReviewFile
  ) async throws { try await postCluster(of: file) }

  private func postCluster(of file: ReviewFile) async throws {
    let request = try JSONDocument(file.bytes).root.requiredObject("request")
    guard let cluster = try request.object("object") else { return }
    let bytes = JSONWriter.bytes(of: JSONValue(cluster))
    let root = try JSONDocument(bytes).root
    let expected = Result { () throws(Refusal) in try HeadlessService(of: root, namespace: "default") }
    let post = Post("/service", bytes)
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for pieces in [[post.bytes], [post.bytes]] + post.awkwardlyCut(seed: UInt64(bytes.count)) {
        try await client.send(pieces)
        let response = try await client.response()
        #expect(response.fields["content-type"] == "application/json")
        switch expected {
        case .success(let service):
          #expect(response.status == 200)
          #expect(response.body == JSONWriter.bytes(of: service.object))
        case .failure(let refusal):
          #expect(response.status == 422)
          #expect(try JSONDocument(response.body).root.requiredString("error") == "\(refusal)")
        }
      }
    }
  }

  /// A RayCluster without a namespace, with these parameters of its head group.
  private static func cluster(parameters: String) -> String {
    """
    {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{"name":"a"},"spec":{"headGroupSpec":{\
    "rayStartParams":\(parameters),"template":{"spec":{"containers":[{"name":"ray-head","image":"ray"}]}}}}}
    """
  }

  @Test func `a RayCluster that names no namespace is in the default one`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/service", Array(Self.cluster(parameters: "{}").utf8)).bytes])
      let response = try await client.response()
      #expect(response.status == 200)
      let metadata = try JSONDocument(response.body).root.requiredObject("metadata")
      #expect(try metadata.requiredString("namespace") == "default")
      #expect(try metadata.requiredString("name") == "a-headless-svc")
    }
  }

  @Test(arguments: [
    ("[]", "", "[]"), (#"{"kind":"Service","apiVersion":"v1"}"#, "/kind", "\"Service\""),
    (cluster(parameters: #"{"port":"abc"}"#), "/spec/headGroupSpec/rayStartParams/port", "\"abc\""),
    (cluster(parameters: #"{"port":6379}"#), "/spec/headGroupSpec/rayStartParams/port", "6379"),
    (cluster(parameters: "[]"), "/spec/headGroupSpec/rayStartParams", "[]"),
  ])
  func `what cannot be read is a 422 that says what and where`(body: String, path: String, found: String) async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/service", Array(body.utf8)).bytes])
      let response = try await client.response()
      #expect(response.status == 422)
      let problem = try JSONDocument(response.body).root
      #expect(try problem.string("path") == path)
      #expect(try problem.string("found") == found)
      #expect(try problem.requiredString("error").contains("found \(found), expected "))
    }
  }

  @Test func `ports that conflict are a 422 that names each fault`() async throws {
    let review = try JSONDocument(try Fixture.bytes("webhook/create-conflict.json")).root
    let cluster = try review.requiredObject("request").requiredObject("object")
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/service", JSONWriter.bytes(of: JSONValue(cluster))).bytes])
      let response = try await client.response()
      #expect(response.status == 422)
      let faults = try JSONDocument(response.body).root.array("faults").compactMap(\.string)
      #expect(faults.contains { $0.hasPrefix("port 6380 is taken twice in the head group") }, "\(faults)")
    }
  }
}
