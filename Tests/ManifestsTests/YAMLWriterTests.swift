import JSON
import TestSupport
import Testing

@testable import Manifests

@Suite struct YAMLWriterTests {
  /// A value, and how it is written if nobody has written it yet.
  static let texts: [(value: JSONValue, text: String)] = [
    ("plain", "plain\n"), ("with spaces", "with spaces\n"), ("", "''\n"), (" edge", "' edge'\n"),
    ("y", "'y'\n"), ("no", "'no'\n"), ("~", "'~'\n"), ("null", "'null'\n"), ("=", "'='\n"), ("<<", "'<<'\n"),
    ("010", "'010'\n"), ("1:30", "'1:30'\n"), ("1e3", "'1e3'\n"), (".5", "'.5'\n"), (".inf", "'.inf'\n"),
    ("2020-01-01", "'2020-01-01'\n"), ("2020-01-01 1:02:03.4 +1", "'2020-01-01 1:02:03.4 +1'\n"),
    ("1e999", "'1e999'\n"), (".", ".\n"), ("+", "+\n"), ("0o_7", "'0o_7'\n"), ("-0xF_F", "'-0xF_F'\n"),
    ("10.0.0.1", "10.0.0.1\n"), ("6380", "'6380'\n"), ("500m", "500m\n"), ("2.46.0", "2.46.0\n"),
    ("a: b", "'a: b'\n"), ("a #b", "'a #b'\n"), ("it's", "it's\n"), ("'quoted'", "'''quoted'''\n"), ("- a", "'- a'\n"),
    ("a\nb\n", "|\n  a\n  b\n"), ("a\nb", "|-\n  a\n  b\n"), ("a\tb", "\"a\\tb\"\n"), ("a\r\nb", "\"a\\r\\nb\"\n"),
    ("a\u{2028}b", "\"a\\Lb\"\n"), ("é", "é\n"),
    (.null, "null\n"), (true, "true\n"), (-1, "-1\n"), (.unsigned(.max), "18446744073709551615\n"),
    (.double(0.5), "0.5\n"), (.double(1e21), "1e+21\n"),
    ([], "[]\n"), ([:], "{}\n"), ([1, [2, []]], "- 1\n- - 2\n  - []\n"),
    (["a": 1, "on": ["b": []], "a b": "c"], "a: 1\n'on':\n  b: []\na b: c\n"),
  ]

  @Test(arguments: texts) func `a value is written so`(value: JSONValue, text: String) {
    #expect(YAMLDocument(value).text == text)
  }

  /// Documents that are written as they were.
  @Test(arguments: [
    "a: plain\n", "a: 'single'\n", "a: \"double\"\n", "'a': 1\n", "\"a\": 1\n", "y: no\n", "a: ~\n", "a: Null\n",
    "a: 0x2\n", "a: 1.50\n", "a: 1_000\n", "a: 010\n", "a: .5\n", "a: 1e0\n", "a: +5\n", "a: FALSE\n", "a: 1:30\n",
    "a: 2020-01-01\n", "a: \"\\u00e9\\e\"\n", "a: |\n  one\n    two\n\n  three\n", "a: |-\n  one\n",

    "a: |2\n    one\n  two\n", "a: >\n  one two\n", "- 'a'\n- - \"b\"\n", "a: it's\n", "a: 'it''s'\n",
  ])
  func `keys, quotes and spelling are kept`(text: String) throws {
    let reading = try #require(try DocumentReading(text))
    let written = try YAMLEmitter.text(of: YAMLWriter.draft(of: reading.value, like: reading.node))
    #expect(written == text.replacing("\\u00e9", with: "é"))
  }

  @Test func `a changed value is rewritten, and the values beside it are not`() throws {
    let reading = try #require(try DocumentReading("a: \"1\"\nb: 0x2\nc: ['x', \"y\"]\n"))
    let value: JSONValue = ["a": "2", "b": 3, "c": ["x", "z", "w"], "d": "6380"]
    let written = try YAMLEmitter.text(of: YAMLWriter.draft(of: value, like: reading.node))
    #expect(written == "a: '2'\nb: 3\nc:\n- 'x'\n- z\n- w\nd: '6380'\n")
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `whatever is written is read as what it was`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let value = JSONValue.random(using: &generator)
      let text = YAMLDocument(value).text
      let again = try YAMLDocument(Array(text.utf8), named: "f").value
      #expect(again.text == value.text, "\(text)")
      // In the manner of itself, and in the manner of something else.
      for model in [text, YAMLDocument(JSONValue.random(using: &generator)).text] {
        let model = try DocumentReading(model)?.node
        let written = try YAMLEmitter.text(of: YAMLWriter.draft(of: value, like: model))
        #expect(try YAMLDocument(Array(written.utf8), named: "f").value.text == value.text, "\(written)")
      }
    }
  }

  @Test(.enabled("Python needs its package yaml") { await Python.hasYAML })
  func `another reader of YAML reads it as what it was`() async throws {
    var generator = SeededGenerator(seed: 11)
    let values = (0..<400).map { _ in JSONValue.random(using: &generator) }
    let given = JSONValue.array(values.map { ["text": .string(YAMLDocument($0).text), "value": .string($0.text)] })
    let script = """
      import yaml
      answer = []
      for case in given:
        value = yaml.safe_load(case["text"])
        if value != json.loads(case["value"]): answer.append([case["text"], repr(value)])
      """
    #expect(try await Python.answer(to: given, by: script) == [])
  }

  @Test(.enabled("kubectl is needed") { await Kubectl.isAtHand })
  func `kubectl reads it as what it was`() async throws {
    var generator = SeededGenerator(seed: 13)
    let values = JSONValue.array((0..<400).map { _ in JSONValue.random(using: &generator) })
    let document: JSONValue = ["apiVersion": "v1", "kind": "Written", "metadata": ["name": "a"], "data": values]
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(YAMLDocument(document).text.utf8), to: "written.yaml")
    let reading = try await Kubectl.readings(of: [file]).documents.first?["data"]?.elements ?? []
    #expect(reading.count == 400)
    for (ours, theirs) in zip(values.elements ?? [], reading) { #expect(ours.unordered.text == theirs.unordered.text) }
  }
}

extension JSONValue {
  /// A value of any kind, small, whose texts are hard to write.
  fileprivate static func random(using generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
    switch Int.random(in: depth > 3 ? 0..<8 : 0..<12, using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .integer(Int64.random(in: -1_000_000...1_000_000, using: &generator))
    case 3: return .double(Double(Int.random(in: -999...999, using: &generator)) / 16 + 1 / 32)
    case 4..<8: return .string(randomText(using: &generator))
    case 8..<10:
      return .array(
        (0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(using: &generator, depth: depth + 1) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<4, using: &generator) {
        object[randomText(using: &generator)] = random(using: &generator, depth: depth + 1)
      }
      return .object(object)
    }
  }

  private static func randomText(using generator: inout SeededGenerator) -> String {
    let parts = [
      "\n", "\n", " ", " ", "\t", "\r", "\r\n", ":", ": ", " #", "#", "-", "- ", "'", "\"", "\\", "é", "日本", "😀",
      "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{7F}", "\u{1B}", "\u{A0}", "e\u{301}", "0", "0x1F", "1", ".",
      "1e3",
      "---", "...", "\n---\n", "~", "null", "yes", "n", "%", "@", "`", "{", "}", "[", "]", ",", "&a", "*a", "!t", "|",
      ">",
      "?", "? ", "<<", "=", "a", "word", "2020-01-01", "1:30", String(repeating: "long ", count: 40),
    ]
    return (0..<Int.random(in: 0..<5, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? "" }
      .joined()
  }
}
