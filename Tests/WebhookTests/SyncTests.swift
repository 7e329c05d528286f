import Admission
import JSON
import RayPlan
import TestSupport
import Testing
import Webhook

/// `POST /sync`, as Metacontroller's decorator controllers call it.
@Suite(.timeLimit(.minutes(3)))
struct SyncTests {
  /// A RayCluster as the webhook leaves it, or as it is if Raymesh has no part in it.
  private static func cluster(isManaged: Bool, parameters: String = "{}") throws -> JSONValue {
    let record = #""annotations":{"raymesh.io/managed":"{\"plan\":1,\"head\":[],\"workers\":{}}"},"#
    return try JSONValue(
      parsing: """
        {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{\(isManaged ? record : "")"name":"demo",\
        "namespace":"ray","uid":"1"},"spec":{"headGroupSpec":{"rayStartParams":\(parameters),\
        "template":{"spec":{"containers":[{"name":"ray-head","image":"ray"}]}}}}}
        """)
  }

  /// A version of the hook, which has names of its own for the cluster and what is attached to it.
  enum Version: CaseIterable, Sendable {
    case one
    case two
  }

  /// What Metacontroller sends, with a Service attached already or not. Version 1 names that by its name, version 2 by
  /// its namespace too.
  private static func call(
    _ cluster: JSONValue, _ version: Version = .one, finalizing: Bool = false, isAttached: Bool = false
  ) -> JSONValue {
    var services = JSONObject()
    if isAttached {
      services[version == .one ? "demo-headless-svc" : "ray/demo-headless-svc"] = ["kind": "Service"]
    }
    return [
      "controller": ["kind": "DecoratorController", "metadata": ["name": "raymesh"]],
      version == .one ? "object" : "parent": cluster,
      version == .one ? "attachments" : "children": ["Service.v1": .object(services)],
      "related": [:], "finalizing": .bool(finalizing),
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

  @Test(arguments: Version.allCases, [false, true])
  func `a managed cluster gets the Service that slash service gives, whatever is attached already`(
    version: Version, isAttached: Bool
  ) async throws {
    let cluster = try Self.cluster(isManaged: true)
    let (status, body) = try await answer(to: Self.call(cluster, version, isAttached: isAttached))
    let root = try JSONDocument(JSONWriter.bytes(of: cluster)).root
    let expected = try HeadlessService(of: root, namespace: "default").object
    #expect(status == 200)
    let text = """
      {"labels":null,"annotations":null,"status":null,"attachments":[\(expected.text)],"resyncAfterSeconds":null,\
      "finalized":null}
      """
    #expect(body.text == text)
  }

  @Test(arguments: Version.allCases)
  func `a cluster that is not managed gets none, and nothing else is set`(version: Version) async throws {
    let (status, body) = try await answer(to: Self.call(Self.cluster(isManaged: false), version))
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
  func `a body that is not a call is a 422 that says where`(call: String, path: String) async throws {
    let (status, body) = try await answer(to: JSONValue(parsing: call))
    #expect(status == 422)
    #expect(body["path"] == .string(path))
  }
}
