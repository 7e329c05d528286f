import Foundation
import JSON
import TestSupport
import Testing

@testable import Manifests

/// Texts that mean more than they look: each is read within its limits or refused, on a small stack too.
@Suite struct YAMLLimitsTests {
  /// libyaml looks ahead for keys, so its own limit can come first.
  static let libyamls = "not YAML: while parsing, Maximum nesting level reached, set with yaml_set_max_nest_level())"

  /// Ways to write many levels, one inside the other.
  enum Nesting: CaseIterable {
    case flowSequences, flowMappings, blockSequences, blockMappings, keys, json
    case aliases, aliasesOfMappings, mergeKeys, aliasesOfNestings

    func text(_ depth: Int) -> String {
      switch self {
      case .flowSequences: "a: \(repeated("[", depth - 1))\(repeated("]", depth - 1))"
      case .flowMappings: "a: \(repeated("{b: ", depth - 1))\(repeated("}", depth - 1))"
      case .blockSequences: "a:\n\(repeated("- ", depth - 1))x"
      case .blockMappings: (0..<depth).map { "\(repeated(" ", $0))a:" }.joined(separator: "\n")
      case .keys: "\(repeated("? ", depth))x"
      case .json: "{\"a\": \(repeated("[", depth - 1))\(repeated("]", depth - 1))}"
      case .aliases: chained(depth) { "[\($0)]" }
      case .aliasesOfMappings: chained(depth) { "{x: \($0)}" }
      case .mergeKeys: chained(depth) { "{<<: \($0)}" }
      case .aliasesOfNestings: chained((depth - 2) / 10 + 2) { "\(repeated("[", 10))\($0)\(repeated("]", 10))" }
      }
    }

    /// A chain of aliases, each inside of what the next one stands for.
    private func chained(_ length: Int, _ around: (String) -> String) -> String {
      let links = (1..<length - 1).map { "a\($0): &a\($0) \(around("*a\($0 - 1)"))\n" }
      return "a0: &a0 {x: y}\n\(links.joined())"
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
  }

  @Test(arguments: Nesting.allCases) func `the deepest nesting that is allowed is read`(nesting: Nesting) async throws {
    let outcome = await reading(of: nesting.text(YAMLComposer.deepest))
    if nesting == .keys {
      let error = ManifestError(file: "f", line: 1, reason: "found a key that is not a scalar")
      #expect(throws: error) { try outcome.get() }
    } else {
      #expect(throws: Never.self) { try outcome.get() }
    }
  }

  @Test(arguments: Nesting.allCases, [1, 744, 844, 10_000])
  func `more levels are refused, whatever they are made of`(nesting: Nesting, more: Int) async throws {
    let isSquare = nesting == .blockMappings
    let outcome = await reading(of: nesting.text(YAMLComposer.deepest + (isSquare ? min(more, 844) : more + 10)))
    let error = #expect(throws: ManifestError.self) { try outcome.get() }
    #expect(["found more than 256 levels of nesting", YAMLLimitsTests.libyamls].contains(error?.reason))
  }

  @Test func `as many levels as are read are rendered`() async throws {
    let levels = String(repeating: "[", count: 240) + String(repeating: "]", count: 240)
    let manifest = "\(Sample.cluster("deep"))  deep: \(levels)\n"
    let rendered = try await onSmallStack { Result { try Sample.render(manifest) } }.get()
    let again = await onSmallStack { Result { try Sample.render(rendered) } }
    #expect(throws: Never.self) { try again.get() }
  }

  /// Nine levels of ten aliases each would be a billion values.
  @Test(arguments: [
    "[@, @, @, @, @, @, @, @, @, @]", "{a: @, b: @, c: [@, @, @]}", "{<<: [@, @, @], x: @}", "{? [@, @, @] : 1}",
  ])
  func `aliases that stand for too much are refused`(level: String) async {
    let links = (1...30).map { "a\($0): &a\($0) \(level.replacing("@", with: "*a\($0 - 1)"))\n" }
    let outcome = await reading(of: "a0: &a0 {x: y}\n\(links.joined())")
    let error = #expect(throws: ManifestError.self) { try outcome.get() }
    #expect(error?.reason == "found aliases that expand to more than 64 MiB")
    #expect(error.map { $0.line < 25 } == true)
  }

  @Test func `a long text that aliases repeat counts with its length`() async {
    let text = String(repeating: "x", count: 1 << 20)
    let aliases = String(repeating: "- *text\n", count: 100)
    let outcome = await reading(of: "- &text \(text)\n\(aliases)")
    let error = #expect(throws: ManifestError.self) { try outcome.get() }
    #expect(error?.reason == "found aliases that expand to more than 64 MiB")
  }

  @Test func `many aliases of something small are read`() async throws {
    let outcome = await reading(
      of: "a: &a [1, 2]\nb: [\(Array(repeating: "*a", count: 50_000).joined(separator: ", "))]")
    #expect(try outcome.get() == 300_017)
  }

  /// How many bytes of JSON a text is read as.
  private func reading(of text: String) async -> Result<Int, any Error> {
    await onSmallStack { Result { try YAMLDocument(Array(text.utf8), named: "f").value.text.utf8.count } }
  }
}

/// Runs on a thread that has less stack than any on which a command runs.
private func onSmallStack<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    let thread = Thread { continuation.resume(returning: body()) }
    thread.stackSize = 1 << 20
    thread.start()
  }
}
