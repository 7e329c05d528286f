import JSON
import TestSupport
import Testing

/// `raymesh review`.
@Suite struct ReviewTests {
  private let review = Sample.review(of: Sample.widest)

  @Test(arguments: [[], ["-"], ["FILE"]]) func `a review is read from a file or from standard input`(
    arguments: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(review.utf8), to: "review.json")
    let arguments = ["review"] + arguments.map { $0 == "FILE" ? file : $0 }
    let run = try await Raymesh.run(arguments, input: arguments.contains(file) ? "" : review)
    #expect(run.status == 0)
    #expect(run.errorText == "")
    let reply = try JSONValue(parsing: run.text)
    #expect(reply["apiVersion"] == "admission.k8s.io/v1")
    #expect(reply["response"]?["uid"] == "a-uid")
    #expect(reply["response"]?["allowed"] == true)
    #expect(try Sample.patch(in: reply)?.elements?.isEmpty == false)
    #expect(run.output.last == UInt8(ascii: "\n"))
  }

  @Test func `a denial is an answer too`() async throws {
    var cluster = Sample.widest
    cluster.set("abc", at: ["spec", "headGroupSpec", "rayStartParams", "port"])
    let run = try await Raymesh.run("review", input: Sample.review(of: cluster))
    #expect(run.status == 0)
    let response = try JSONValue(parsing: run.text)["response"]
    #expect(response?["allowed"] == false)
    #expect(response?["status"]?["code"] == 422)
    let place = "/spec/headGroupSpec/rayStartParams/port"
    #expect(response?["status"]?["message"]?.string?.contains("\(place): found \"abc\"") == true)
  }

  @Test(arguments: [
    ("", "not JSON"), ("{", "not JSON"), ("kind: AdmissionReview", "not JSON"), ("{} {}", "not JSON"),
    ("[]", "the whole text: found []"), ("{}", "/kind: found nothing"), (#"{"kind": "Pod"}"#, "/kind: found \"Pod\""),
    (#"{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}"#, "/request: found nothing"),
    (
      #"{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {}}"#, "/request/uid: found nothing"
    ),
    (#"{"kind": "AdmissionReview", "kind": "AdmissionReview"}"#, "/kind: found twice, expected once"),
    (#"{"request": {"object": {"a": [{"b": 1, "b": 2}]}}}"#, "/request/object/a/0/b: found twice, expected once"),
    (String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000), "the whole text: found [[["),
    (String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000), "not JSON"),
  ])
  func `an object that is not a review is rejected`(text: String, reason: String) async throws {
    let run = try await Raymesh.run("review", input: text)
    #expect(run.status == 1)
    #expect(run.text == "")
    #expect(run.errorText.hasPrefix("raymesh: -: \(reason)"), "\(run.errorText)")
    #expect(run.errorText.hasSuffix("\n"))
  }

  @Test func `a list of worker ports is read in as little memory as its text`() async throws {
    var cluster = Sample.widest
    let commas = String(repeating: ",", count: 8_000_000)
    cluster.set(.string(commas), at: ["spec", "headGroupSpec", "rayStartParams", "worker-port-list"])
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(Sample.review(of: cluster).utf8), to: "review.json")
    // In KiB of addresses: the program takes up to 300 MiB of them, hardly any of which is memory.
    let confined = "ulimit -v 500000 && exec \"$0\" review \"$1\""
    let run = try await Subprocess.run(
      ["sh", "-c", confined, Raymesh.path, file], input: [], environment: [:], within: .seconds(30))
    #expect(run.status == 0, "\(run.errorText)")
    #expect(run.text.contains("worker-port-list: found"))
  }

  @Test func `a file that cannot be read is named`() async throws {
    let folder = try TemporaryFolder()
    let missing = try await Raymesh.run("review", folder.path("missing.json"))
    #expect(missing.status == 1)
    #expect(missing.errorText == "raymesh: open \(folder.path("missing.json")): No such file or directory\n")
    let directory = try await Raymesh.run("review", folder.path)
    #expect(directory.status == 1)
    #expect(directory.errorText == "raymesh: read \(folder.path): Is a directory\n")
  }
}

extension JSONValue {
  /// Sets a member deep inside, with the objects on the way.
  mutating func set(_ value: JSONValue, at path: ArraySlice<String>) {
    guard let key = path.first else { return self = value }
    var object = if case .object(let object) = self { object } else { JSONObject() }
    var child = object[key] ?? [:]
    child.set(value, at: path.dropFirst())
    object[key] = child
    self = .object(object)
  }
}
