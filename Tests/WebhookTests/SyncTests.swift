import JSON
import RayMesh
import TestSupport
import Testing
import Webhook

/// `POST /sync`, as Metacontroller's decorator controllers call it.
@Suite(.timeLimit(.minutes(3)))
struct SyncTests {
  /// A RayCluster as the webhook leaves it, or as it is where Raymesh has no part in it.
  private static func cluster(isManaged: Bool, parameters: String = "{}") throws -> JSONValue {
    let record = #""annotations":{"raymesh.io/managed":"{\"plan\":1,\"head\":[],\"workers\":{}}"},"#
    return try JSONValue(
      parsing: """
        {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{\(isManaged ? record : "")"name":"demo",\
        "namespace":"ray","uid":"1"},"spec":{"headGroupSpec":{"rayStartParams":\(parameters),\
        "template":{"spec":{"containers":[{"name":"ray-head","image":"ray"}]}}}}}
        """)
  }

  /// What Metacontroller sends: version 1 names attachments by their names, version 2 by namespace and name.
  private static func call(_ cluster: JSONValue, finalizing: Bool = false, service: String? = nil) -> JSONValue {
    var services = JSONObject()
    if let service { services[service] = ["apiVersion": "v1", "kind": "Service"] }
    return [
      "controller": ["kind": "DecoratorController", "metadata": ["name": "raymesh"]], "object": cluster,
      "attachments": ["Service.v1": .object(services)], "related": [:], "finalizing": .bool(finalizing),
    ]
  }

  private func answer(to call: JSONValue) async throws -> (status: Int, body: JSONValue) {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/sync", JSONWriter.bytes(of: call)).bytes])
      let response = try await client.response()
      return (response.status, JSONValue(try JSONDocument(response.body).root))
    }
  }

  @Test(arguments: [nil, "demo-headless-svc", "ray/demo-headless-svc"])
  func `a managed cluster gets the Service that slash service gives, whatever is attached already`(
    service: String?
  ) async throws {
    let cluster = try Self.cluster(isManaged: true)
    let (status, body) = try await answer(to: Self.call(cluster, service: service))
    let root = try JSONDocument(JSONWriter.bytes(of: cluster)).root
    let expected = try Companion().service(of: root, namespace: "default").object
    #expect(status == 200)
    let text = """
      {"labels":null,"annotations":null,"status":null,"attachments":[\(expected.text)],"resyncAfterSeconds":null,\
      "finalized":null}
      """
    #expect(body.text == text)
  }

  @Test func `a cluster that is not managed gets none, and nothing else is set`() async throws {
    let (status, body) = try await answer(to: Self.call(Self.cluster(isManaged: false)))
    #expect(status == 200)
    #expect(
      body.text == """
        {"labels":null,"annotations":null,"status":null,"attachments":[],"resyncAfterSeconds":null,"finalized":null}
        """)
  }

  @Test func `a cluster that is finalized has nothing attached any more`() async throws {
    let (_, body) = try await answer(to: Self.call(Self.cluster(isManaged: true), finalizing: true))
    #expect(body["attachments"] == [])
    #expect(body["finalized"] == true)
  }

  @Test func `a managed cluster without a plan is an error, so that its Service stays`() async throws {
    let broken = try Self.cluster(isManaged: true, parameters: #"{"port":"abc"}"#)
    let (status, body) = try await answer(to: Self.call(broken))
    #expect(status == 422)
    #expect(body["path"] == "/spec/headGroupSpec/rayStartParams/port")
  }

  @Test(arguments: [("{}", "/object"), (#"{"object":{"kind":"RayCluster"}}"#, "/metadata"), ("[]", "")])
  func `what is no call is a 422 that says where`(call: String, path: String) async throws {
    let (status, body) = try await answer(to: JSONValue(parsing: call))
    #expect(status == 422)
    #expect(body["path"] == .string(path))
  }
}
