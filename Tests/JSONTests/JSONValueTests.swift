import JSON
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test func `literals make values`() {
    let value: JSONValue = ["text": "a", "number": -1, "truth": true, "list": [1, "2", []], "object": [:]]
    #expect(value.text == #"{"text":"a","number":-1,"truth":true,"list":[1,"2",[]],"object":{}}"#)
    #expect(JSONValue.null.text == "null")
  }

  @Test(arguments: [
    "null", "true", "-1", "9223372036854775808", "1.5", #""a""#, "[[],[null]]", #"{"b":{"a":1},"a":[{}]}"#,
    "{\"\u{E9}\":1,\"e\u{301}\":2}",
  ])
  func `a copy of a document is the document`(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test func `a copy takes the first of a repeated key, as reading does`() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":{"c":3}}"#).text == #"{"a":1,"b":2}"#)
  }

  @Test(arguments: [
    ("1", JSONValue.integer(1)), ("9223372036854775807", .integer(.max)), ("9223372036854775808", .unsigned(1 << 63)),
    ("1.0", .double(1)), ("1e3", .double(1000)), ("-0.0", .double(-0.0)),
  ])
  func `a number keeps its form`(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  @Test func `a member and a string are read where they are`() {
    let value: JSONValue = ["a": ["b": "text"]]
    #expect(value["a"]?["b"]?.string == "text")
    #expect(value["b"] == nil && value["a"]?["b"]?["c"] == nil && value.string == nil)
  }
}

@Suite struct JSONObjectTests {
  @Test func `members keep their order, each key once`() {
    var object = JSONObject()
    for (key, value) in [("b", 1), ("a", 2), ("b", 3)] as [(String, JSONValue)] { object[key] = value }
    #expect(object.members.map(\.key) == ["b", "a"])
    #expect(object["b"] == 3)
  }

  @Test func `setting nothing takes a member out`() {
    var object = JSONObject()
    object["a"] = 1
    object["b"] = .null
    object["a"] = nil
    object["c"] = nil
    #expect(object.members.map(\.key) == ["b"])
    #expect(object["b"] == .null && object["a"] == nil)
  }

  @Test func `keys that only look alike are two`() {
    var object = JSONObject()
    object["\u{E9}"] = 1
    object["e\u{301}"] = 2
    #expect(object.members.map(\.value) == [1, 2])
    #expect(object["\u{E9}"] == 1 && object["e\u{301}"] == 2)
  }

  @Test func `of a literal's repeated key the last value counts`() {
    let value: JSONValue = ["a": 1, "b": 2, "a": 3]
    #expect(value.text == #"{"a":3,"b":2}"#)
  }
}
