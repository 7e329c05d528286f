import HTTP
import JSON
import TestSupport
import Testing
import Transport
import Webhook

@Suite(.timeLimit(.minutes(3)))
struct BadInputTests {
  /// What `create.json` should be answered with, wherever a connection is still of use.
  private func stillAnswers(_ client: WireClient) async throws {
    try await client.send([Post("/mutate", try Fixture.bytes("webhook/create.json")).bytes])
    #expect(try await client.response().status == 200)
  }

  /// The members of a problem's JSON body.
  private func problem(_ response: WireResponse) throws -> [String: String] {
    #expect(response.fields["content-type"] == "application/json")
    guard case .object(let object) = JSONValue(try JSONDocument(response.body).root) else { return [:] }
    return Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, $0.value.string ?? "not a string") })
  }

  private static let notReviews: [(body: String, path: String, found: String, expected: String)] = [
    ("[]", "", "[]", "an AdmissionReview"), ("null", "", "null", "an AdmissionReview"),
    ("7", "", "7", "an AdmissionReview"), ("{}", "/kind", "nothing", "a string"),
    (#"{"kind":"Pod"}"#, "/kind", "\"Pod\"", "\"AdmissionReview\""),
    (#"{"kind":7}"#, "/kind", "7", "a string"),
    (
      #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}"#, "/apiVersion", "\"admission.k8s.io/v2\"",
      "admission.k8s.io/v1 or admission.k8s.io/v1beta1"
    ),
    (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#, "/request", "nothing", "an object"),
    (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":[]}"#, "/request", "[]", "an object"),
    (
      #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}"#, "/request/uid", "nothing",
      "a string"
    ),
    (
      #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":""}}"#, "/request/uid", "\"\"",
      "a string that is not empty"
    ),
    (
      #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":{"a":1}}}"#, "/request/uid",
      #"{"a":1}"#, "a string"
    ),
  ]

  @Test func `a body that is not a review is a 400 that says what and where, and the connection stays`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for bad in Self.notReviews {
        try await client.send([Post("/mutate", Array(bad.body.utf8)).bytes])
        let response = try await client.response()
        #expect(response.status == 400)
        let problem = try problem(response)
        #expect(problem["path"] == bad.path)
        #expect(problem["found"] == bad.found)
        #expect(problem["expected"] == bad.expected)
        let place = bad.path.isEmpty ? "the whole text" : bad.path
        #expect(problem["error"] == "\(place): found \(bad.found), expected \(bad.expected)")
      }
      try await stillAnswers(client)
    }
  }

  @Test(arguments: ["/mutate", "/mutate-service", "/service"])
  func `what is not JSON is a 400, and the connection goes on`(path: String) async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for text in ["", " ", "{", "{]", "kind: AdmissionReview", "{} {}", "\u{FEFF}", "{\"a\":1e400}", "'{}'"] {
        try await client.send([Post(path, Array(text.utf8)).bytes])
        let response = try await client.response()
        #expect(response.status == 400, "\(text)")
        #expect(try problem(response)["error"]?.hasPrefix("not JSON: ") == true)
      }
      try await client.send([Post(path, [0x7B, 0x22, 0xFF, 0x22, 0x7D]).bytes])
      #expect(try await client.response().status == 400)
      try await stillAnswers(client)
    }
  }

  @Test(arguments: [
    nil, "text/plain", "application/yaml", "application/jsonp", "application/json, text/plain", "json", "",
  ])
  func `another content type is a 415, and the connection goes on`(type: String?) async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for path in ["/mutate", "/mutate-service", "/service"] {
        try await client.send([Post(path, Array("{}".utf8), contentType: type).bytes])
        let response = try await client.response()
        #expect(response.status == 415)
        let error = "Content-Type: found \(type ?? "nothing"), expected application/json"
        #expect(try problem(response) == ["error": error])
      }
      try await stillAnswers(client)
    }
  }

  @Test(arguments: [
    "application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON",
    "application/json ; charset=utf-8", "application/json\t;charset=utf-8",
  ])
  func `JSON by any spelling is taken`(type: String) async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate", try Fixture.bytes("webhook/create.json"), contentType: type).bytes])
      #expect(try await client.response().status == 200)
    }
  }

  @Test func `wrong paths and methods are told what there is, and the connection goes on`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for path in ["/", "/mutate/", "/Mutate", "/livez", "/metrics", "/mutate-services"] {
        try await client.send([Post(path, Array("{}".utf8)).bytes])
        let response = try await client.response()
        #expect(response.status == 404)
        let known = "POST /mutate, POST /mutate-service, POST /service, POST /sync"
        #expect(try problem(response) == ["error": "no such path: \(path); there is \(known)"])
      }
      for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        try await client.send([Post("/mutate", Array("{}".utf8), method: method).bytes])
        let response = try await client.response()
        #expect(response.status == 405)
        #expect(response.fields["allow"] == "POST")
        #expect(try problem(response) == ["error": "\(method) on /mutate; expected POST"])
      }
      try await stillAnswers(client)
    }
  }

  @Test func `a body over the limit is a 413, and the end of the connection`() async throws {
    try await WebhookVisit.with(limits: .patient { $0.body = 10_000 }) { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate", [UInt8](repeating: UInt8(ascii: " "), count: 3_000_000)).bytes])
      let response = try await client.response()
      #expect(response.status == 413)
      #expect(response.fields["connection"] == "close")
      #expect(try problem(response) == ["error": "body too large: expected at most 10000 bytes"])
      #expect(try await client.rest() == [])
    }
  }

  @Test func `a review as large as an API server sends is taken`() async throws {
    let review = String(decoding: try Fixture.bytes("webhook/create.json"), as: UTF8.self)
    let note = String(repeating: "x", count: 3 << 20)
    let large = review.replacing(
      "\"oldObject\":null", with: "\"oldObject\":{\"a\":\"\(note)\"},\"other\":[\"\(note)\"]")
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate", Array(large.utf8)).bytes])
      #expect(try await client.response().status == 200)
    }
  }

  @Test func `mutated reviews are answered, all of them`() async throws {
    var generator = SeededGenerator(seed: 11)
    let reviews = try ReviewFile.own.map { try $0.bytes }
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for _ in 0..<300 {
        let body = (reviews.randomElement(using: &generator) ?? []).mutated(by: &generator, count: 3)
        try await client.send([Post("/mutate", body).bytes])
        let response = try await client.response()
        #expect(response.status == 200 || response.status == 400)
        _ = try JSONDocument(response.body)
      }
    }
  }
}
