import Admission
import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct ReviewerTests {
  /// A review of a plain cluster's creation, with some members of the request changed.
  private func review(
    _ changes: KeyValuePairs<String, JSONValue> = [:], of sketch: ClusterSketch = ClusterSketch(),
    version: JSONValue = "admission.k8s.io/v1"
  ) throws -> Reviewer.Reply {
    var request: JSONObject = try {
      let bytes = AdmissionReview.creating(sketch.object, namespace: "ray", uid: "u\"1")
      guard case .object(let request) = try JSONValue(JSONDocument(bytes).root)["request"] else { return JSONObject() }
      return request
    }()
    for (key, value) in changes { request[key] = value }
    let review: JSONValue = ["kind": "AdmissionReview", "apiVersion": version, "request": .object(request)]
    return try Reviewer().review(JSONWriter.bytes(of: review))
  }

  @Test(arguments: ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"] as [JSONValue])
  func `a reply has its request's version and uid, and patchType with the patch`(version: JSONValue) throws {
    let reply = try review(version: version)
    let root = try JSONValue(JSONDocument(reply.bytes).root)
    #expect(root.members?.map(\.key) == ["apiVersion", "kind", "response"])
    #expect(root["apiVersion"] == version && root["kind"] == "AdmissionReview")
    let response = try #require(root["response"])
    #expect(response.members?.map(\.key) == ["uid", "allowed", "patch", "patchType"])
    #expect(response["uid"] == "u\"1" && response["allowed"] == true && response["patchType"] == "JSONPatch")
    let read = try AdmissionResponse(JSONDocument(reply.bytes).root, to: "u\"1")
    #expect(read.patch == reply.answer.patch && !read.patch.isEmpty)
  }

  @Test func `a reply knows what it is about`() throws {
    let reply = try review(["name": ""], of: ClusterSketch(name: nil, generateName: "demo-"))
    #expect(
      reply.review.uid == "u\"1" && reply.review.operation == "CREATE" && reply.review.namespace == "ray"
        && reply.review.name.isEmpty)
  }

  @Test(
    arguments: [
      ["operation": "DELETE", "object": .null], ["operation": "CONNECT", "object": .null],
      ["subResource": "status", "operation": "UPDATE"], ["subResource": "scale"],
      ["resource": ["group": "ray.io", "version": "v1", "resource": "rayjobs"]],
      ["resource": ["group": "", "version": "v1", "resource": "services"]],
      ["resource": ["group": "ray.io", "version": "v2", "resource": "rayclusters"]],
    ] as [KeyValuePairs<String, JSONValue>])
  func `anything but a RayCluster's creation or update is allowed without a patch`(
    changes: KeyValuePairs<String, JSONValue>
  ) throws {
    let reply = try review(changes)
    #expect(reply.answer == .allow([]))
    let text = String(decoding: reply.bytes, as: UTF8.self)
    #expect(text.hasSuffix(#""response":{"uid":"u\"1","allowed":true}}"#))
  }

  @Test(arguments: ["ray.io/v1", "ray.io/v1alpha1"])
  func `a cluster of either version is patched`(version: String) throws {
    guard case .object(var object) = ClusterSketch().object else { return }
    object["apiVersion"] = .string(version)
    #expect(try !JSONValue.object(object).answer().patch.isEmpty)
  }

  @Test func `a denial is code 422 with the whole message, and no patch`() throws {
    let reply = try review(of: ClusterSketch(head: GroupSketch(parameters: ["port": "'a\"b'"])))
    let response = try #require(try JSONValue(JSONDocument(reply.bytes).root)["response"])
    #expect(
      response.text == #"{"uid":"u\"1","allowed":false,"status":{"code":422,"reason":"Invalid","message":"#
        + #""RayCluster /spec/headGroupSpec/rayStartParams/port: found \"'a\\\"b'\", which is \"a\\\"b\" in the pod, expected a port from 1 to 65535"},"auditAnnotations":{"refused":"range"}}"#
    )
  }

  @Test func `a cluster's own namespace is the request's, which the object may lack`() throws {
    let reply = try review(["namespace": "elsewhere"], of: ClusterSketch(namespace: nil))
    let address = reply.answer.patch.operations.first { $0.path.description.hasSuffix("/node-ip-address") }
    #expect(address?.value.string?.contains(".demo-headless-svc.elsewhere.svc.cluster.local") == true)
  }

  @Test func `one reviewer answers many at once, each the same`() async throws {
    let bytes = AdmissionReview.creating(ClusterSketch(workers: [GroupSketch()]).object, namespace: "ray", uid: "u")
    let reviewer = Reviewer()
    let expected = try reviewer.review(bytes).bytes
    let replies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<64 { group.addTask { try reviewer.review(bytes).bytes } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(replies.count == 64 && replies.allSatisfy { $0 == expected })
  }
}

@Suite struct AdmissionResponseTests {
  @Test func `a reply is read by the side that asked`() throws {
    let reply =
      #"{"response":{"uid":"u","allowed":true,"warnings":["a","b"],"patchType":"JSONPatch","#
      + #""patch":"W3sib3AiOiJhZGQiLCJwYXRoIjoiL2EiLCJ2YWx1ZSI6MX1d"}}"#
    let response = try AdmissionResponse(element(reply), to: "u")
    #expect(response.isAllowed && response.message == nil && response.warnings == ["a", "b"])
    #expect(try response.patch.applied(to: [:]) == ["a": 1])
    let denial = #"{"response":{"uid":"u","allowed":false,"status":{"message":"no","code":422}}}"#
    let denied = try AdmissionResponse(element(denial), to: "u")
    #expect(!denied.isAllowed && denied.message == "no" && denied.patch.isEmpty)
  }

  @Test(arguments: [
    ("{}", "/response: found nothing, expected an object"),
    (#"{"response":{"allowed":true}}"#, "/response/uid: found nothing, expected a string"),
    (#"{"response":{"uid":"v"}}"#, #"/response/uid: found "v", expected the request's uid u"#),
    (#"{"response":{"uid":"u"}}"#, "/response/allowed: found nothing, expected true or false"),
    (#"{"response":{"uid":"u","allowed":"yes"}}"#, #"/response/allowed: found "yes", expected true or false"#),
    (
      #"{"response":{"uid":"u","allowed":true,"patch":"?"}}"#,
      #"/response/patch: found "?", expected a JSON Patch in base64"#
    ),
    (
      #"{"response":{"uid":"u","allowed":true,"patch":"W10"}}"#,
      #"/response/patch: found "W10", expected a JSON Patch in base64"#
    ),
    (
      #"{"response":{"uid":"u","allowed":true,"patch":"e30="}}"#,
      "the whole text: found {}, expected an array of operations"
    ),
  ])
  func `a reply that does not match the request is rejected`(text: String, message: String) throws {
    let reply = try element(text)
    let error = #expect(throws: JSONMismatch.self) { try AdmissionResponse(reply, to: "u") }
    #expect(error?.description == message)
  }
}
