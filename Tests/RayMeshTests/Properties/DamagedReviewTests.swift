import JSON
import RayMesh
import TestSupport
import Testing

/// Reviews that were cut short or had a bit turned over: each is answered or refused, and a patch still applies.
@Suite struct DamagedReviewTests {
  @Test(arguments: ReviewFile.own)
  func `a review cut short anywhere is not JSON`(file: ReviewFile) {
    let whole = file.bytes.dropLast(while: { $0 == UInt8(ascii: "\n") })
    for count in whole.indices {
      #expect(throws: MalformedReview.self, "cut at \(count)") { try Reviewer().review(Array(whole[..<count])) }
    }
  }

  @Test(arguments: ReviewFile.own)
  func `a review with a byte changed is answered or refused`(file: ReviewFile) throws {
    var random = Choices(seed: 1)
    var answered = 0
    for _ in 0..<400 {
      var bytes = file.bytes
      let place = random.number(0...(bytes.count - 1))
      bytes[place] ^= random.chance(of: 2) ? 1 << UInt8(random.number(0...7)) : UInt8(random.number(1...255))
      guard let reply = try? Reviewer().review(bytes) else { continue }
      answered += 1
      let context: Comment = "byte \(place) is \(bytes[place])"
      let response = try AdmissionResponse(JSONDocument(reply.bytes).root, to: reply.uid)
      #expect(response.isAllowed == (reply.answer.denial == nil), context)
      let object = try JSONValue(JSONDocument(bytes).root)["request"]?["object"] ?? .null
      do { _ = try reply.answer.patch.applied(to: object) } catch { Issue.record("\(context): \(error)") }
    }
    #expect(answered > 50)
  }
}

extension [UInt8] {
  /// The bytes without those at the end that are of no use.
  fileprivate func dropLast(while isUseless: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[..<((lastIndex { !isUseless($0) } ?? -1) + 1)]
  }
}
