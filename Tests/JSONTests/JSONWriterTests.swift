import JSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
  @Test func `objects and arrays are written compactly, in order`() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("list", [1, [], [:]])
      writer.key("nested")
      writer.array { writer in
        writer.object { writer in writer.member("a", true) }
        writer.string("b")
        writer.value(.null)
      }
      writer.key("inner")
      writer.base64(Array(#""plain""#.utf8))
      writer.member("last", "c")
    }
    let text = #"{"list":[1,[],{}],"nested":[{"a":true},"b",null],"inner":"InBsYWluIg==","last":"c"}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test(arguments: [
    ("plain", "plain"), ("\"\\", #"\"\\"#), ("\n\r\t", #"\n\r\t"#),
    ("\0\u{1}\u{8}\u{C}\u{1F}", #"\u0000\u0001\u0008\u000c\u001f"#),
    ("/", "/"), ("\u{7F}", "\u{7F}"), ("é😀\u{2028}", "é😀\u{2028}"), ("", ""),
  ])
  func `a string escapes what RFC 8259 wants escaped and nothing else`(text: String, written: String) {
    #expect(JSONValue.string(text).text == "\"\(written)\"")
    #expect((["\(text)": 0] as JSONValue).text == "{\"\(written)\":0}")
  }

  @Test(arguments: [("\"", #"\""#), ("\\", #"\\"#), ("\u{1F}", #"\u001f"#), ("\0", #"\u0000"#)])
  func `an escape is found wherever it stands`(character: String, escaped: String) {
    for (before, after) in (0...20).flatMap({ before in (0...20).map { (before, $0) } }) {
      let (start, end) = (String(repeating: "!", count: before), String(repeating: "é", count: after))
      #expect(JSONValue.string(start + character + end).text == "\"\(start)\(escaped)\(end)\"")
      let twice = JSONValue.string(start + character + character + end)
      #expect(twice.text == "\"\(start)\(escaped)\(escaped)\(end)\"")
    }
  }

  @Test(
    arguments: [
      (.integer(0), "0"), (.integer(10), "10"), (.integer(99_999_999), "99999999"), (.integer(-1), "-1"),
      (.integer(100_000_000), "100000000"), (.integer(.max), "9223372036854775807"),
      (.integer(.min), "-9223372036854775808"), (.unsigned(.max), "18446744073709551615"),
      (.double(1), "1.0"), (.double(-0.0), "-0.0"), (.double(0.1), "0.1"), (.double(1e300), "1e+300"),
      (.double(.leastNonzeroMagnitude), "5e-324"), (.double(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
    ] as [(JSONValue, String)])
  func `a number is written so that it reads back the same`(value: JSONValue, text: String) throws {
    #expect(value.text == text)
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test(arguments: [0, 7, 80, 443, 6379, 65535] as [UInt16])
  func `a number may be a string, in a text that is one too`(number: UInt16) {
    var writer = JSONWriter()
    writer.array { writer in
      writer.string(number)
      writer.string(of: { writer in writer.array { $0.string(number) } })
      writer.string(of: { writer in writer.array { $0.word("port") } })
      writer.integer(Int64(number))
    }
    let text = #"["\#(number)","[\"\#(number)\"]","[\"port\"]",\#(number)]"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `what JSON has no number for is null`(number: Double) {
    #expect(JSONValue.double(number).text == "null")
  }

  @Test func `Python reads every character as it was`() async throws {
    let texts = (0..<0x300).compactMap { Unicode.Scalar($0).map(String.init) } + ["\u{2028}\u{FFFF}", "a😀e\u{301}", ""]
    let given = JSONValue.array(texts.map(JSONValue.string))
    let answer = try await Python.answer(to: given, by: "answer = [[ord(c) for c in text] for text in given]")
    let expected = texts.map { text in JSONValue.array(text.unicodeScalars.map { .integer(Int64($0.value)) }) }
    #expect(answer.text == JSONValue.array(expected).text)
  }

  @Test func `what Python reads and writes again is the same`() async throws {
    var random = RandomJSON(seed: 7)
    let given = JSONValue.array((0..<500).map { _ in random.value(depth: 4) })
    #expect(try await Python.answer(to: given, by: "answer = given").text == given.text)
  }
}
