import JSON
import TestSupport
import Testing

@Suite struct JSONPatchTests {
  private static let document = #"{"object":{"a":1},"list":[1,2],"text":"t","null":null,"~/":{}}"#

  @Test(
    arguments: [
      ("/object/b", #"{"object":{"a":1,"b":9},"list":[1,2],"text":"t","null":null,"~/":{}}"#),
      ("/object/a", #"{"object":{"a":9},"list":[1,2],"text":"t","null":null,"~/":{}}"#),
      ("/list/0", #"{"object":{"a":1},"list":[9,1,2],"text":"t","null":null,"~/":{}}"#),
      ("/list/1", #"{"object":{"a":1},"list":[1,9,2],"text":"t","null":null,"~/":{}}"#),
      ("/list/2", #"{"object":{"a":1},"list":[1,2,9],"text":"t","null":null,"~/":{}}"#),
      ("/list/-", #"{"object":{"a":1},"list":[1,2,9],"text":"t","null":null,"~/":{}}"#),
      ("/~0~1/a", #"{"object":{"a":1},"list":[1,2],"text":"t","null":null,"~/":{"a":9}}"#),
      ("/", #"{"object":{"a":1},"list":[1,2],"text":"t","null":null,"~/":{},"":9}"#),
      ("/-", #"{"object":{"a":1},"list":[1,2],"text":"t","null":null,"~/":{},"-":9}"#),
      ("", "9"),
    ] as [(JSONPointer, String)])
  func `an addition goes into the object or array that holds its place`(place: JSONPointer, result: String) throws {
    let patch = JSONPatch { $0.add(9, at: place) }
    #expect(try patch.applied(to: JSONValue(parsing: JSONPatchTests.document)).text == result)
  }

  @Test(
    arguments: [
      "/missing/a", "/object/a/b", "/text/0", "/text/a", "/null/a", "/list/3", "/list/-/a", "/list/2/a", "/list/-1",
      "/list/+1", "/list/01", "/list/1.0", "/list/ 1", "/list/", "/list/a", "/list/99999999999999999999", "/list/1/0",
    ] as [JSONPointer])
  func `an addition without a place is refused by its path`(place: JSONPointer) throws {
    let patch = JSONPatch { patch in
      patch.add(9, at: "/object/first")
      patch.add(9, at: place)
    }
    let document = try JSONValue(parsing: JSONPatchTests.document)
    let error = #expect(throws: JSONPatchError.self) { try patch.applied(to: document) }
    #expect(error?.path == place)
    #expect(error?.description == "the patch does not apply: nothing holds \(place)")
  }

  @Test func `additions apply in order, each to what the one before made`() throws {
    let patch = JSONPatch { patch in
      patch.add([:], at: "/env")
      patch.add([], at: "/env/list")
      patch.add("b", at: "/env/list/-")
      patch.add("a", at: "/env/list/0")
    }
    #expect(try patch.applied(to: [:]).text == #"{"env":{"list":["a","b"]}}"#)
  }

  @Test func `an empty patch changes nothing`() throws {
    #expect(JSONPatch().isEmpty)
    #expect(try JSONPatch().applied(to: [1, 2]) == [1, 2])
    #expect(String(decoding: JSONPatch().bytes, as: UTF8.self) == "[]")
  }

  @Test func `it is written as RFC 6902 says, and counts and reads back what it holds`() {
    let patch = JSONPatch { patch in
      patch.add(["x": .null], at: JSONPointer.root.appending("a/b").appending(0))
      patch.add("y", under: "d/", of: "/c")
      patch.add(word: "d", of: "/c") { $0.string(80) }
      patch.add(under: nil, at: "/e") { $0.value(.null) }
      patch.remove("/f")
    }
    let text =
      #"[{"op":"add","path":"/a~1b/0","value":{"x":null}},{"op":"add","path":"/c/d~1","value":"y"},"#
      + #"{"op":"add","path":"/c/d","value":"80"},{"op":"add","path":"/e","value":null},{"op":"remove","path":"/f"}]"#
    #expect(String(decoding: patch.bytes, as: UTF8.self) == text)
    #expect(patch.count == 5 && patch.removals == ["/f"])
    #expect(patch.operations.map(\.path) == ["/a~1b/0", "/c/d~1", "/c/d", "/e"])
    #expect(patch.operations.map(\.value) == [["x": .null], "y", "80", .null])
  }

  @Test func `it agrees with Python's jsonpatch on random values and patches`() async throws {
    let seeds = 1...2000 as ClosedRange<UInt64>
    let cases = seeds.map { seed in
      var random = RandomJSON(seed: seed)
      let value = random.object()
      return (patch: random.patch(for: value), value: value)
    }
    let theirs = try await Python.apply(cases)
    try #require(theirs.count == cases.count)
    for (seed, (ours, theirs)) in zip(seeds, zip(cases, theirs)) {
      let result = try? ours.patch.applied(to: ours.value)
      let patch = String(decoding: ours.patch.bytes, as: UTF8.self)
      #expect(result?.text == theirs?.text, "seed \(seed): \(patch) of \(ours.value.text)")
    }
    let refused = theirs.count { $0 == nil }
    #expect(refused > 200 && refused < 1800, "\(refused) of 2000 refused: too one-sided to prove anything")
  }
}

@Suite struct JSONPatchReadingTests {
  @Test(arguments: [
    "[]", #"[{"op":"add","path":"/a~1b/-","value":{"c":[1]}}]"#, #"[{"op":"add","path":"","value":null}]"#,
    #"[{"op":"add","path":"/a","value":1},{"op":"add","path":"/b","value":"2"}]"#,
  ])
  func `a patch reads back as it was written`(text: String) throws {
    #expect(try String(decoding: JSONPatch(element(text)).bytes, as: UTF8.self) == text)
  }

  @Test func `members without a meaning are ignored, in any order`() throws {
    let text = #"[{"value":1,"comment":"why","path":"/a","op":"add","from":"/b"}]"#
    let patch = try JSONPatch(element(text))
    #expect(patch.operations.map(\.path) == ["/a"] && patch.operations.map(\.value) == [1])
  }

  @Test(
    arguments: [
      ("{}", "", "{}", "an array of operations"),
      ("[1]", "/0", "1", "an object with op"),
      ("[{}]", "/0/op", "nothing", "a string"),
      (#"[{"op":"remove","path":"/a"}]"#, "/0/op", #""remove""#, #""add""#),
      (#"[{"op":"add","value":1}]"#, "/0/path", "nothing", "a JSON pointer"),
      (#"[{"op":"add","path":"a","value":1}]"#, "/0/path", #""a""#, "a JSON pointer"),
      (#"[{"op":"add","path":"/~2","value":1}]"#, "/0/path", #""/~2""#, "a JSON pointer"),
      (#"[{"op":"add","path":"/a","value":1},{"op":"add","path":"/a"}]"#, "/1/value", "nothing", "the value to add"),
    ] as [(String, JSONPointer, String, String)])
  func `a patch with anything but additions is rejected`(
    text: String, pointer: JSONPointer, found: String, expected: String
  ) throws {
    let document = try element(text)
    #expect(throws: JSONMismatch(at: pointer, found: found, expected: expected)) { try JSONPatch(document) }
  }
}
