import JSON
import TestSupport
import Testing

@Suite struct JSONWordsTests {
  private let words = JSONWords(["port", "node", "num-cpus"])

  @Test(
    arguments: [
      (#""port""#, 0), (#""node""#, 1), (#""num-cpus""#, 2), (#""n\u006fde""#, 1), (#""Node""#, nil), (#""""#, nil),
      (#""num-cpu""#, nil), ("4", nil), (#"["port"]"#, nil),
    ] as [(String, Int?)])
  func `a text is told by all of its bytes`(text: String, place: Int?) throws {
    #expect(try element(text).place(in: words) == place)
  }

  @Test func `of an object's members those are found whose keys are among the words, in the order of the text`() throws
  {
    let members = try #require(try element(#"{"node":1,"x":{"port":2},"port":null,"node":3}"#).members)
    let found = Array(members.among(words))
    #expect(found.map(\.word) == [1, 0, 1])
    #expect(found.map(\.value.integer) == [1, nil, 3])
  }
}
