internal import CSimdJSON

/// Words of the source code, to tell a document's texts by.
public struct JSONWords: Sendable {
  private let words: [StaticString]
  private let lengths: [Int]

  /// Words, each once.
  public init(_ words: [StaticString]) {
    self.words = words
    lengths = words.map(\.utf8CodeUnitCount)
  }

  /// The place of a text among the words, `nil` where it is none of them. By its length first, as that tells most apart.
  func place(of text: csimdjson_text) -> Int? {
    for place in lengths.indices where unsafe lengths[place] == text.count {
      if unsafe memcmp(words[place].utf8Start, text.bytes, text.count) == 0 { return place }
    }
    return nil
  }
}

extension JSONElement {
  /// The place of this string among words, `nil` where it is none of them or this is something else.
  public func place(in words: JSONWords) -> Int? {
    letter == UInt8(ascii: "\"") ? unsafe words.place(of: csimdjson_string(tape, place)) : nil
  }
}
