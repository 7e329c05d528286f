import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// Reviews that were cut short or had a bit turned over: each is answered or refused, and a patch still applies.
@Suite struct DamagedReviewTests {
  /// Our own small ones are cut at every byte, the large recorded ones here and there.
  @Test(arguments: ReviewFile.own.map { ($0, 1) } + ReviewFile.recorded.map { ($0, 61) })
  func `a review cut short anywhere is not JSON`(file: ReviewFile, step: Int) {
    let end = file.bytes.last == UInt8(ascii: "\n") ? file.bytes.count - 1 : file.bytes.count
    for count in stride(from: 0, to: end, by: step) {
      #expect(throws: MalformedReview.self, "cut at \(count)") { try Reviewer().review(Array(file.bytes[..<count])) }
    }
  }

  @Test(arguments: ReviewFile.own.map { ($0, 400) } + ReviewFile.recorded.map { ($0, 60) })
  func `a review with a byte changed is answered or refused`(file: ReviewFile, times: Int) throws {
    var random = Choices(seed: 1)
    var answered = 0
    for _ in 0..<times {
      var bytes = file.bytes
      let place = random.number(0...(bytes.count - 1))
      bytes[place] ^= random.chance(of: 2) ? 1 << UInt8(random.number(0...7)) : UInt8(random.number(1...255))
      guard let reply = try? Reviewer().review(bytes) else { continue }
      answered += 1
      let context: Comment = "byte \(place) is \(bytes[place])"
      let response = try AdmissionResponse(JSONDocument(reply.bytes).root, to: reply.review.uid)
      #expect(response.isAllowed == (reply.answer.denial == nil), context)
      let object = try JSONValue(JSONDocument(bytes).root)["request"]?["object"] ?? .null
      do { _ = try reply.answer.patch.applied(to: object) } catch { Issue.record("\(context): \(error)") }
    }
    #expect(answered > times / 8)
  }
}
