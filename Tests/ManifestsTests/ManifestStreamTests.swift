import JSON
import TestSupport
import Testing

@testable import Manifests

@Suite struct ManifestStreamTests {
  /// A file, and the documents that it is taken apart into.
  static let files: [[String]] = [
    [],
    ["a: 1\n"],
    ["a: 1"],
    ["---\na: 1\n"],
    ["a: 1\n", "---\nb: 2\n"],
    ["a: 1\n", "--- \nb: 2\n", "---\t\nc: 3"],
    ["a: 1\r\n", "---\r\nb: 2\r\n", "---"],
    ["# comment\n\n---\na: 1\n", "---\n# comment\nb: 2\n"],
    ["# comments only\n"],
    ["a: 1\n", "---\n", "---\n", "---\nb: 2\n"],
    ["a: 1\n...\n", "b: 2\n"],
    ["a: 1\n...\n", "# between\n---\nb: 2\n... # comment\n", "# after\n"],
    ["...\n", "...\n", "a: 1\n"],
    ["%YAML 1.1\n---\na: 1\n...\n", "%YAML 1.1\n# comment\n---\nb: 2\n"],
    ["a: 1\n", "--- # comment\nb: 2\n"],
    ["a: 1\n", "--- {b: 2}\n", "--- |\n  text\n", "--- !!map\nc: 3\n"],
    ["a: |\n  text\n  ---\n  ...\n   ---\n", "---\nb: 2\n"],
    ["a: |\n  text\n", "---\nmore\n"],
    ["a: 'quoted\n", "---\nmore'\n"],
    ["---a: 1\n...b: 2\n----\n-- -\n"],
    [" ---\n ...\n"],
  ]

  @Test(arguments: files) func `a file is taken apart at its markers`(documents: [String]) {
    let stream = ManifestStream(documents.joined())
    #expect(stream.documents.map(\.text) == documents)
    var line = 1
    for document in stream.documents {
      #expect(document.line == line)
      line += document.text.utf8.count { $0 == UInt8(ascii: "\n") }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `random files put together again are the same to the byte`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let file = ManifestStreamTests.randomFile(using: &generator)
      let documents = ManifestStream(file).documents
      #expect(documents.map(\.text).joined().utf8.elementsEqual(file.utf8), "\(file.debugDescription)")
      for document in documents { #expect(!document.text.isEmpty) }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `random files without a RayCluster are rendered to themselves`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let file = ManifestStreamTests.randomFile(using: &generator)
      // Invalid YAML is rejected, and other tests cover that.
      guard ManifestStream(file).documents.allSatisfy({ (try? DocumentReading($0.text)) != nil }) else { continue }
      #expect(try Sample.render(file).utf8.elementsEqual(file.utf8), "\(file.debugDescription)")
    }
  }

  @Test(.enabled("Python needs its package yaml") { await Python.hasYAML })
  func `another reader of YAML finds the same documents`() async throws {
    var generator = SeededGenerator(seed: 7)
    let files = (0..<400).map { _ in ManifestStreamTests.randomFile(using: &generator) }
    let script = """
      import yaml
      answer = []
      for text in given:
        try:
          answer.append([json.dumps(value) for value in yaml.safe_load_all(text)])
        except yaml.YAMLError:
          answer.append(None)
      """
    let answer = try await Python.answer(to: .array(files.map { .string($0) }), by: script).elements ?? []
    var compared = 0
    for (file, texts) in zip(files, answer) where texts != .null {
      let expected = try texts.elements?.compactMap(\.string).map { try JSONValue(parsing: $0) }
      let ours = try ManifestStream(file).documents.compactMap { try DocumentReading($0.text)?.value }
      #expect(ours == expected, "\(file.debugDescription)")
      compared += 1
    }
    #expect(compared > 100)
  }

  /// Lines that look like markers, or stand around them.
  private static func randomFile(using generator: inout SeededGenerator) -> String {
    let lines = [
      "---", "---", "---", "...", "--- # comment", "... # comment", "--- {a: b}", "---\t", "# comment", "", "a: b",
      "c: |", "  ---", "  text", "d:", "---x: z", "'", "- e", " # comment",
    ]
    var file = ""
    for _ in 0..<Int.random(in: 0..<9, using: &generator) {
      file +=
        (lines.randomElement(using: &generator) ?? "") + (["\n", "\n", "\r\n"].randomElement(using: &generator) ?? "")
    }
    return Bool.random(using: &generator) ? file : file + "f: g"
  }
}

extension Python {
  /// Whether there is a Python with the package `yaml`.
  static var hasYAML: Bool {
    get async { (try? await answer(to: .null, by: "import yaml\nanswer = True")) == true }
  }
}
