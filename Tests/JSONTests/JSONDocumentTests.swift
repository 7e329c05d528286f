import JSON
import TestSupport
import Testing

@Suite struct JSONDocumentTests {
  @Test func `documents of any length stand beside each other, whichever goes first`() throws {
    func text(_ count: Int) -> String { "[" + (0..<count).map { "\"\($0)\"" }.joined(separator: ",") + "]" }
    var documents: [(count: Int, element: JSONElement)] = []
    for round in 0..<40 {
      let count = [1, 2000, 10, 30000, 0, 300][round % 6]
      documents.append((count, try element(text(count))))
      if documents.count > 3 { documents.remove(at: round % 4) }
      for (count, element) in documents {
        #expect(element.elements?.compactMap(\.string) == (0..<count).map(String.init))
      }
    }
  }

  @Test(arguments: [
    "null", "true", "0", "-0", "-1.5e-3", #""""#, "[]", "{}", " \t\r\n[1, 2]\n", #"{"a": {"b": [null]}}"#,
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", #""\u0000\ud83d\ude00""#,
  ])
  func `one value with white space around it is a document`(text: String) throws {
    _ = try element(text)
  }

  @Test(arguments: [
    ("", "Empty: no JSON found"),
    ("  ", "Empty: no JSON found"),
    ("{} {}", "improper structure"),
    ("1 2", "improper structure"),
    ("[1,]", "improper structure"),
    ("[1", "improper structure"),
    (#"{"a":1,}"#, "improper structure"),
    (#"{"a" 1}"#, "improper structure"),
    ("{a:1}", "improper structure"),
    ("{1:2}", "improper structure"),
    ("{'a':1}", "improper structure"),
    ("[1] // comment", "improper structure"),
    ("True", "improper structure"),
    ("NaN", "improper structure"),
    ("nul", "an atom starting with the letter 'n'"),
    ("truefalse", "an atom starting with the letter 't'"),
    ("01", "parsing a number"),
    ("+1", "improper structure"),
    (".5", "improper structure"),
    ("5.", "parsing a number"),
    ("1e", "parsing a number"),
    ("0x10", "parsing a number"),
  ])
  func `what is not JSON is refused with a reason`(text: String, reason: String) {
    expectRefusal(of: Array(text.utf8), reason: reason)
  }

  @Test(arguments: [
    #""a"#, #""\x41""#, #""\u12""#, #""\u123g""#, "\"\n\"", "\"\u{1}\"", #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#,
  ])
  func `a string that is not closed, badly escaped or half a surrogate pair is refused`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try element(text) }
  }

  @Test(
    arguments: [
      [0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
    expectRefusal(of: Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8), reason: "UTF-8")
  }

  @Test(arguments: ["1e400", "-1e400", "1" + String(repeating: "0", count: 400)])
  func `a number that a double does not hold is refused`(text: String) {
    expectRefusal(of: Array(text.utf8), reason: "umber")
  }

  @Test(arguments: [
    "18446744073709551616", "-9223372036854775809", "100000000000000000000", "123456789012345678901234567890",
  ])
  func `an integer that 64 bits do not hold is read as a double`(text: String) throws {
    let number = try element(text)
    #expect(number.kind == .number && number.integer == nil)
    #expect(try JSONValue(number) == .double(#require(Double(text))))
  }

  @Test func `only integers beyond 64 bits are read so, and nothing within a string`() throws {
    let text = #"""
      {"18446744073709551616":"\"18446744073709551616","a":[18446744073709551615,-9223372036854775808,1.5e3,0],
       "b":18446744073709551616}
      """#
    let value = try JSONValue(parsing: text)
    #expect(value["18446744073709551616"]?.string == "\"18446744073709551616")
    #expect(value["a"] == [.unsigned(.max), .integer(.min), .double(1500), 0])
    #expect(value["b"] == .double(18_446_744_073_709_551_616))
  }

  @Test(arguments: [
    "[018446744073709551616]", "[18446744073709551616.]", "[18446744073709551616x]", "[1844674407370955161 6]",
    "[18446744073709551616-1]", "[18446744073709551616", "[--18446744073709551616]",
  ])
  func `an invalid number stays invalid beside such an integer`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONDocument(Array("[18446744073709551616,\(text)]".utf8)) }
  }

  @Test(arguments: ["[", #"{"a":"#])
  func `nesting is taken to a depth of 1,023 and refused beyond`(open: String) throws {
    let close = open == "[" ? "]" : "}"
    func nested(_ depth: Int) -> String {
      String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
    }
    #expect(JSONValue(try element(nested(1023))).text == nested(1023))
    expectRefusal(of: Array(nested(1024).utf8), reason: "too deep")
    expectRefusal(of: Array(nested(100_000).utf8), reason: "too deep")
  }

  @Test func `an element keeps its document alive`() throws {
    let inner = try #require(try element(#"{"outer":{"inner":"still here"}}"#).member("outer")?.member("inner"))
    #expect(inner.string == "still here")
  }

  private func expectRefusal(of bytes: [UInt8], reason: String, _ place: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: JSONSyntaxError.self, sourceLocation: place) { try JSONDocument(bytes) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")", sourceLocation: place)
    #expect(error?.description.hasPrefix("not JSON: ") == true, sourceLocation: place)
  }
}
