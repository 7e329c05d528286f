import JSON
import TestSupport
import Testing

@Suite struct JSONPointerTests {
  /// The document of RFC 6901 section 5, and a key whose slash has a combining mark.
  private static let document = #"""
    {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,
     "~1":9,"/":{"~":{"":10}},"/\u0301~\u0301":11}
    """#

  @Test(arguments: [
    ("", nil), ("/foo", #"["bar","baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"),
    ("/e^f", "3"), ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"), ("/~01", "9"),
    ("/~1/~0/", "10"), ("/~1\u{301}~0\u{301}", "11"),
  ])
  func `a pointer leads to the value that RFC 6901 says`(text: String, value: String?) throws {
    let document = try JSONValue(parsing: JSONPointerTests.document)
    let pointer = try #require(JSONPointer(text))
    #expect(document.value(at: pointer)?.text == value ?? document.text)
  }

  @Test(arguments: ["foo", "#/foo", " /foo", "/~", "/~2", "/a~/b", "/~~0"])
  func `a text that neither begins with a slash nor escapes rightly is no pointer`(text: String) {
    #expect(JSONPointer(text) == nil)
  }

  @Test(arguments: ["", "a", "a/b", "m~n", "~1", "~01", "//", "~~", "0", "-", "é", "/\u{301}", "~\u{301}", "\u{301}"])
  func `a key comes out as it went in`(key: String) throws {
    let pointer = JSONPointer.root.appending("before").appending(key).appending("after")
    #expect(pointer.tokens.map { Array($0.utf8) } == ["before", key, "after"].map { Array($0.utf8) })
    #expect(JSONPointer(pointer.description) == pointer)
  }

  @Test func `the root has no tokens, and the empty key is one`() {
    #expect(JSONPointer.root.tokens.isEmpty)
    #expect(JSONPointer.root.appending("").tokens == [""])
    #expect(JSONPointer.root.appending("").description == "/")
  }

  @Test func `an index and a path below are appended`() {
    let pointer = JSONPointer.root.appending("list").appending(3).appending(path: "/a~1b")
    #expect(pointer.description == "/list/3/a~1b")
    #expect(pointer.tokens == ["list", "3", "a/b"])
  }

  @Test func `every element of a document knows its own pointer`() throws {
    let root = try element(JSONPointerTests.document)
    #expect(root.pointer == .root)
    try expectOwnPointers(below: root, of: JSONValue(root))
  }

  private func expectOwnPointers(below element: JSONElement, of document: JSONValue) throws {
    #expect(document.value(at: element.pointer)?.text == JSONValue(element).text)
    let children = element.elements.map(Array.init) ?? element.members?.map(\.value) ?? []
    for child in children { try expectOwnPointers(below: child, of: document) }
  }

  @Test func `a value deep down between many others knows its own pointer`() throws {
    let list = Array(repeating: "[1,{\"a\":[]}]", count: 1000).joined(separator: ",")
    let root = try element("{\"x\":[\(list)],\"y/z\":[\(list),{\"~\":[0,1.5,\"last\"]}]}")
    let elements = try #require(root.members?.first { $0.key == "y/z" }?.value.elements)
    let inner = try #require(elements.reduce(nil) { $1.member("~")?.elements ?? $0 })
    let last = try #require(inner.first { $0.string == "last" })
    #expect(last.pointer == "/y~1z/1000/~0/2")
  }

  @Test func `a pointer is told from the element that is made the root`() throws {
    let request = try element(#"{"request":{"object":{"spec":[{"name":1}]}}}"#).requiredObject("request")
    let object = try request.requiredObject("object")
    let name = { (object: JSONElement) in try #require(try object.array("spec").first?.member("name")) }
    #expect(try name(object).pointer == "/request/object/spec/0/name")
    #expect(try name(object.asRoot).pointer == "/spec/0/name")
  }
}

@Suite struct RepeatedKeyTests {
  @Test(
    arguments: [
      (#"{"a":1,"a":2}"#, "/a"),
      (#"{"a":{"b":1,"b":1}}"#, "/a/b"),
      (#"{"a":[0,{"b":1,"c":2,"b":3}]}"#, "/a/1/b"),
      (#"{"a/b":1,"\u0061/b":2}"#, "/a~1b"),
      (#"{"a":1,"b":{"c":0,"c":0},"a":2}"#, "/b/c"),
    ] as [(String, JSONPointer)])
  func `a key that an object repeats is found where it is`(text: String, place: JSONPointer) throws {
    #expect(try element(text).repeatedKey == place)
  }

  @Test(arguments: [
    "1", "[]", #"{"a":{"a":[{"a":1},{"a":1}]}}"#, #"{"a":1,"A":1,"":1," ":1}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}",
  ])
  func `keys that differ are not repeated, nor is one at another depth`(text: String) throws {
    #expect(try element(text).repeatedKey == nil)
  }
}
