import Explain
import Foundation
import JSON
import Manifests
import RayPlan
import TestSupport
import Testing

/// Cases under `Tests/Fixtures/explain`: manifests, what `raymesh explain` prints of them, and the same as JSON.
///
/// The text is what the command prints in that folder; the JSON may be laid out in any way.
@Suite struct ExplanationGoldenTests {
  private static let folder = Fixture.folder.appending(path: "explain")

  private static let cases: [String] = {
    let files = (try? Fixture.files(in: folder, ending: ".yaml")) ?? []
    return files.map { String($0.lastPathComponent.dropLast(".yaml".count)) }
  }()

  @Test func `there are cases`() { #expect(ExplanationGoldenTests.cases.count >= 13) }

  @Test(arguments: cases) func `the text of a case is the recorded one, line by line`(name: String) throws {
    let expected = try ExplanationGoldenTests.fixture("\(name).txt").split(
      separator: "\n", omittingEmptySubsequences: false)
    let text = try explanation(of: name).text(in: .plain)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false) == expected)
  }

  @Test(arguments: cases) func `the JSON of a case is the recorded one`(name: String) throws {
    let expected = try JSONValue(parsing: ExplanationGoldenTests.fixture("\(name).json")).elements ?? []
    let clusters = JSONValue(try JSONDocument(explanation(of: name).json).root).elements ?? []
    #expect(clusters.count == expected.count)
    for (cluster, expectation) in zip(clusters, expected) {
      for member in expectation.members ?? [] { #expect(cluster[member.key] == member.value, "\(member.key)") }
      #expect(cluster.text == expectation.text)
    }
  }

  @Test(arguments: cases) func `a line has at most a hundred columns, and no space at its end`(name: String) throws {
    let lines = try explanation(of: name).text(in: .plain).split(separator: "\n")
    #expect(lines.filter { $0.count > 100 || $0.hasSuffix(" ") } == [])
  }

  @Test(arguments: cases) func `colors add nothing but colors`(name: String) throws {
    let explanation = try explanation(of: name)
    let coloured = explanation.text(in: .coloured)
    #expect(coloured.isEmpty || coloured.contains("\u{1B}[1m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9]*m/, with: "") == explanation.text(in: .plain))
  }

  @Test func `a patched cluster reads as the one that it was made from`() throws {
    let lines = try ["moved-numbers", "patched"].map { name in
      try explanation(of: name).text(in: .plain).split(separator: "\n").dropFirst()
    }
    #expect(lines[0] == lines[1] && lines[0].count > 20)
  }

  private func explanation(of name: String) throws -> ManifestExplanation {
    let file = (name: "\(name).yaml", bytes: try Fixture.bytes("explain/\(name).yaml"))
    return ManifestExplainer(options: .standard, namespace: "default").explain([file])
  }

  private static func fixture(_ name: String) throws -> String {
    String(decoding: try Fixture.bytes("explain/\(name)"), as: UTF8.self)
  }
}
