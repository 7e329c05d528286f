import JSON
import TestSupport
import Testing

/// Typed reading: each method gives the value, or `nil` for what is absent or null, or names place, found, expected.
@Suite struct JSONMismatchTests {
  private let text = #"{"outer":{"text":"a","empty":"","null":null,"list":[1,"2"],"object":{},"number":7}}"#

  private func outer() throws -> JSONElement { try element(text).requiredObject("outer") }

  @Test func `what is there is read`() throws {
    let outer = try outer()
    #expect(try outer.string("text") == "a")
    #expect(try outer.string("empty")?.isEmpty == true)
    #expect(try outer.requiredString("text") == "a")
    #expect(try outer.object("object")?.kind == .object)
    #expect(try outer.array("list").map(\.summary) == ["1", #""2""#])
  }

  @Test(arguments: ["null", "absent"])
  func `what is absent or null is nothing, or no elements`(key: String) throws {
    let outer = try outer()
    let read =
      key == "null"
      ? (try outer.string("null"), try outer.object("null"), try outer.array("null"))
      : (try outer.string("absent"), try outer.object("absent"), try outer.array("absent"))
    #expect(read.0 == nil && read.1 == nil && read.2.first == nil)
  }

  @Test func `another kind is a mismatch with place, found and expected`() throws {
    let outer = try outer()
    expect(try outer.string("number"), throws: "/outer/number", found: "7", expected: "a string")
    expect(try outer.requiredString("list"), throws: "/outer/list", found: #"[1,"2"]"#, expected: "a string")
    expect(try outer.object("list"), throws: "/outer/list", found: #"[1,"2"]"#, expected: "an object")
    expect(try outer.requiredObject("text"), throws: "/outer/text", found: #""a""#, expected: "an object")
    expect(try outer.array("object"), throws: "/outer/object", found: "{}", expected: "an array")
  }

  @Test func `what must be there is missed by its place`() throws {
    let outer = try outer()
    expect(try outer.requiredString("absent"), throws: "/outer/absent", found: "nothing", expected: "a string")
    expect(try outer.requiredString("null"), throws: "/outer/null", found: "nothing", expected: "a string")
    expect(try outer.requiredObject("absent"), throws: "/outer/absent", found: "nothing", expected: "an object")
    expect(
      try outer.requiredString("empty"), throws: "/outer/empty", found: #""""#, expected: "a string that is not empty")
  }

  @Test func `for a member of a value that is not an object, the mismatch names the object`() throws {
    let list = try #require(try outer().member("list"))
    expect(try list.requiredString("name"), throws: "/outer/list", found: #"[1,"2"]"#, expected: "an object with name")
  }

  @Test func `a sentence says it all, the root by name`() throws {
    let root = try element("[1]").mismatch(expected: "an AdmissionReview")
    #expect(root.description == "the whole text: found [1], expected an AdmissionReview")
    let inner = try #require(try element(#"{"a":[true]}"#).member("a")?.elements?.first { _ in true })
    #expect(inner.mismatch(expected: "a port").description == "/a/0: found true, expected a port")
  }

  @Test func `a long value is cut to 80 characters`() throws {
    #expect(try element("\"\(String(repeating: "x", count: 78))\"").summary.count == 80)
    let cut = try element("\"\(String(repeating: "x", count: 79))\"").summary
    #expect(cut.count == 80 && cut.hasSuffix("x..."))
  }

  @Test func `what people see as one character is cut too`() throws {
    let marks = String(repeating: "\u{301}", count: 100_000)
    let cut = try element("\"e\(marks)\"").summary
    #expect(cut.unicodeScalars.count == 80 && cut.hasSuffix("..."))
    #expect(JSONValue.string("e" + marks).summary.unicodeScalars.count == 80)
    #expect(JSONValue.array([.object(JSONObject([(key: marks, value: .null)]))]).summary.unicodeScalars.count == 80)
  }

  @Test(arguments: ["[", #"{"a":"#])
  func `a value is cut in the middle of its nesting`(open: String) throws {
    let text = String(repeating: open, count: 1000) + "0" + String(repeating: open == "[" ? "]" : "}", count: 1000)
    #expect(try element(text).summary == text.prefix(77) + "...")
    #expect(try JSONValue(parsing: text).summary == text.prefix(77) + "...")
  }

  @Test func `control characters of a key are escaped in a message as those of a value are`() throws {
    let value = try #require(try element(#"{"a\nb\u007f\u0085":"c\nd"}"#).members?.first { _ in true }?.value)
    let mismatch = value.mismatch(expected: "a number")
    #expect(mismatch.description == #"/a\u000ab\u007f\u0085: found "c\nd", expected a number"#)
    #expect(mismatch.pointer.tokens == ["a\nb\u{7f}\u{85}"])
  }

  @Test func `a long key is cut in a message`() throws {
    let key = String(repeating: "k", count: 10_000)
    let value = try #require(try element("{\"\(key)\":0}").members?.first { _ in true }?.value)
    #expect(value.mismatch(expected: "a string").description == "/\(key.prefix(299))...: found 0, expected a string")
  }

  @Test func `an object of very many members is still told at once`() throws {
    let members = (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",")
    #expect(try element("{\(members)}").summary.hasPrefix(#"{"0":0,"1":0,"#))
  }

  private func expect(
    _ read: @autoclosure () throws -> some Any, throws pointer: JSONPointer, found: String, expected: String,
    _ place: SourceLocation = #_sourceLocation
  ) {
    let mismatch = JSONMismatch(at: pointer, found: found, expected: expected)
    #expect(throws: mismatch, sourceLocation: place) { try read() }
  }
}
