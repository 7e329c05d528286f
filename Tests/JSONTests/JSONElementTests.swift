import JSON
import TestSupport
import Testing

@Suite struct JSONElementTests {
  @Test(
    arguments: [
      ("null", .null), ("true", .bool), ("1", .number), ("-1.5", .number), ("18446744073709551615", .number),
      (#""text""#, .string), ("[]", .array), ("{}", .object),
    ] as [(String, JSONElement.Kind)])
  func `every value has its kind`(text: String, kind: JSONElement.Kind) throws {
    #expect(try element(text).kind == kind)
  }

  @Test func `a value is read as what it is and as nothing else`() throws {
    let string = try element(#""7""#)
    #expect(string.string == "7" && string.integer == nil && string.bool == nil)
    #expect(string.elements == nil && string.members == nil)
    let number = try element("7")
    #expect(number.integer == 7 && number.string == nil && number.bool == nil)
    let truth = try element("false")
    #expect(truth.bool == false && truth.integer == nil && truth.string == nil)
    #expect(try element("[]").members == nil)
    #expect(try element("{}").elements == nil)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
      ("9223372036854775808", nil), ("1.0", nil), ("1e3", nil), (#""1""#, nil),
    ] as [(String, Int?)])
  func `an integer is a number without a point or an exponent that an Int holds`(text: String, value: Int?) throws {
    #expect(try element(text).integer == value)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u00e9\u0000\ud83d\ude00""#, "é\0😀"),
    (#""é😀""#, "é😀"),
  ])
  func `escapes in a string are resolved`(text: String, value: String) throws {
    #expect(try element(text).string == value)
  }

  @Test func `a member that is null reads as absent, as it does to Kubernetes`() throws {
    let object = try element(#"{"present":0,"null":null}"#)
    #expect(object.member("present")?.integer == 0)
    #expect(object.member("null") == nil)
    #expect(object.member("absent") == nil)
  }

  @Test func `a value that is not an object has no members`() throws {
    for text in ["null", "1", #""a""#, #"[{"a":1}]"#] { #expect(try element(text).member("a") == nil) }
  }

  @Test func `of a repeated key the first counts`() throws {
    #expect(try element(#"{"a":1,"b":2,"a":3}"#).member("a")?.integer == 1)
  }

  @Test func `a walk over members gives each in order, nulls and repeated keys too`() throws {
    let members = try #require(try element(#"{"b":1,"a":null,"":2,"b":3,"k\u0065y\n":4}"#).members)
    #expect(members.map(\.key) == ["b", "a", "", "b", "key\n"])
    let again = try #require(try element(#"{"b":1,"a":null,"b":3}"#).members)
    #expect(again.map { $0.value.summary } == ["1", "null", "3"])
  }

  @Test func `a walk over elements gives each in order`() throws {
    let elements = try #require(try element(#"[1,[2,[3]],{"a":[4]},null,"5"]"#).elements)
    #expect(elements.map(\.summary) == ["1", "[2,[3]]", #"{"a":[4]}"#, "null", #""5""#])
    #expect(Array(try #require(try element("[]").elements)).isEmpty)
    #expect(Array(try #require(try element("{}").members)).isEmpty)
  }
}
