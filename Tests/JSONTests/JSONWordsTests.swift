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
}
