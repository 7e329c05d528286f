import Admission
import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct ReviewFileTests {
  private static let allowed: Set = [
    "update", "delete", "status-subresource", "core-service", "already-patched", "head-service-deleted",
    "head-service-left-alone", "head-service-of-rayservice", "head-service-patched", "head-service-unreadable",
    "head-service-updated",
  ]
  private static let denied: Set = ["port-conflict", "unreadable", "not-a-string"]

  @Test func `there are reviews to run over`() {
    let names = Set(ReviewFile.own.map(\.name))
    #expect(names.count >= 12 && names.isSuperset(of: ReviewFileTests.allowed.union(ReviewFileTests.denied)))
  }

  @Test(arguments: ReviewFile.own)
  func `each of our own is answered as its name says`(file: ReviewFile) throws {
    switch try Reviewer().review(file.bytes).answer {
    case .allow: #expect(ReviewFileTests.allowed.contains(file.name))
    case .deny: #expect(ReviewFileTests.denied.contains(file.name))
    case .patch: #expect(!ReviewFileTests.allowed.union(ReviewFileTests.denied).contains(file.name))
    }
  }

  @Test(
    .enabled(if: !ReviewFile.recorded.isEmpty, "AdmissionReviews recorded from a real API server are not here"),
    arguments: ReviewFile.recorded)
  func `recorded creations are patched, except the one to be rejected, and recorded updates are restored`(
    file: ReviewFile
  ) throws {
    let answer = try Reviewer().review(file.bytes).answer
    let isCreation = file.name.hasPrefix("create-")
    // One of a cluster that is suspended, as if it were made now; one that drops what Raymesh had added.
    let isMended = ["update-add-finalizer", "update-rayservice-drops-injection"].contains(file.name)
    #expect((answer.denial != nil) == (file.name == "create-port-conflict"))
    #expect(!answer.patch.isEmpty == ((isCreation || isMended) && answer.denial == nil))
  }

  @Test(arguments: ReviewFile.own + ReviewFile.recorded)
  func `each answer is for its request, whole and readable`(file: ReviewFile) throws {
    let reply = try Reviewer().review(file.bytes)
    let request = try #require(try JSONValue(JSONDocument(file.bytes).root)["request"])
    #expect(request["uid"]?.string == reply.review.uid && request["operation"]?.string == reply.review.operation)
    let response = try AdmissionResponse(JSONDocument(reply.bytes).root, to: reply.review.uid)
    #expect(response.isAllowed == (reply.answer.denial == nil))
    #expect(response.message == reply.answer.denial && response.patch == reply.answer.patch)
    #expect(response.warnings.allSatisfy { $0.utf8.count < 120 })
  }

  @Test(arguments: ReviewFile.own + ReviewFile.recorded)
  func `each patch keeps the rules`(file: ReviewFile) throws {
    let answer = try Reviewer().review(file.bytes).answer
    guard !answer.patch.isEmpty else { return }
    let (object, namespace) = try file.subject()
    guard object["kind"] == "RayCluster" else {
      _ = try object.reviewed()
      return
    }
    let patched = try PatchedCluster(object, namespace: namespace)
    #expect(patched.patch == answer.patch)
    try patched.expectRules("\(file.name)")
  }

  @Test(
    .enabled(if: !ReviewFile.recorded.isEmpty, "AdmissionReviews recorded from a real API server are not here"),
    arguments: ReviewFile.recorded.filter { $0.name == "create-head-service" })
  func `the recorded Service of a head speaks what its pods do, and nothing else of it changes`(
    file: ReviewFile
  ) throws {
    let service = try file.subject().object
    let reviewed = try service.reviewed()
    #expect(reviewed.protocols == ["client": "grpc", "dashboard": "http", "gcs-server": "grpc", "metrics": "http"])
    let answers = try [Reviewer.Subject.headServices, .rayClusters].map { subject in
      try Reviewer(of: [subject]).review(file.bytes).answer
    }
    #expect(try answers[0] == Reviewer().review(file.bytes).answer && answers[1] == .allow([]))
  }

  @Test(arguments: ReviewFile.own + ReviewFile.recorded)
  func `a reviewer of head Services refuses nothing, and leaves all else as it is`(file: ReviewFile) throws {
    let answer = try Reviewer(of: [.headServices]).review(file.bytes).answer
    let isService = try file.subject().object["kind"] == "Service"
    #expect(try answer == (isService ? Reviewer().review(file.bytes).answer : .allow([])))
    #expect(answer.denial == nil)
  }

  @Test func `each patch applies by Python's jsonpatch with the same result`() async throws {
    let cases = try (ReviewFile.own + ReviewFile.recorded).compactMap { file in
      let patch = try Reviewer().review(file.bytes).answer.patch
      return patch.isEmpty ? nil : (patch: patch, value: try file.subject().object, name: file.name)
    }
    let theirs = try await Python.apply(cases.map { ($0.patch, $0.value) })
    try #require(theirs.count == cases.count && cases.count >= 8)
    for (ours, theirs) in zip(cases, theirs) {
      #expect(try ours.patch.applied(to: ours.value).text == theirs?.text, "\(ours.name)")
    }
  }
}
