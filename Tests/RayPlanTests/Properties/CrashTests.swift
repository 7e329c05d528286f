import Admission
import Foundation
import JSON
import RayPlan
import TestSupport
import Testing

/// Inputs that once did harm, left behind by the fuzzer or found by hand.
@Suite struct CrashTests {
  /// `Tests/Fixtures/crashes`, where the fuzzer leaves what it finds.
  private static let inputs = ((try? Fixture.files(in: Fixture.folder.appending(path: "crashes"), ending: "")) ?? [])
    .filter { $0.lastPathComponent.hasPrefix("review-") }

  @Test(.enabled(if: !inputs.isEmpty, "no input has done harm yet"), arguments: inputs)
  func `an input that once did harm is answered or refused, and a second look finds nothing left to do`(
    file: URL
  ) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    guard let document = try? JSONDocument(bytes), let reply = try? Reviewer().review(document) else { return }
    var review = JSONValue(document.root)
    let object = review["request"]?["object"] ?? .null
    let patched = try reply.answer.patch.applied(to: object)
    review = review.adding(["request": (review["request"] ?? [:]).adding(["object": patched])])
    #expect(try Reviewer().review(JSONWriter.bytes(of: review)).answer.patch.isEmpty)
  }
}
