import Foundation
import Limits
import Testing

/// The documents and `Limit.all` say the same. `UPDATE_DOCUMENTS=1 swift test --filter LimitsTests` writes what they say.
struct DocumentTests {
  @Test func `the reference has every limit, with its number, its unit and its reason`() throws {
    try Page("docs/reference.md").expect(DocumentTests.head + Limit.all.map(\.row))
  }

  @Test func `the threat model names every limit`() throws {
    try Page("docs/threat-model.md").expect(Limit.all.map { "- \($0.name)" })
  }

  @Test func `no two limits have one name`() {
    let names = Limit.all.map(\.name.description)
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: Limit.all) func `a limit is above nothing and says why`(limit: Limit) {
    #expect(limit.value > 0)
    #expect(!limit.reason.description.isEmpty)
    #expect(!limit.reason.description.contains("|"), "a cell of a table has none")
  }

  private static let head = ["| limit | at most | unit | because |", "|---|---|---|---|"]
}

extension Limit {
  /// As the reference has it.
  fileprivate var row: String {
    let unit = unit.description.isEmpty ? "" : " \(unit)"
    return "| \(name) | \(value) |\(unit) | \(reason) |"
  }
}

/// A document of the project, in which some lines between two comments tell of the limits.
private struct Page {
  private let file: URL
  private let text: String

  init(_ path: String) throws {
    file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)").standardized
    text = try String(contentsOf: file, encoding: .utf8)
  }

  /// Compares those lines, or writes them.
  func expect(_ lines: [String]) throws {
    let start = try #require(text.range(of: "<!-- limits -->\n"))
    let end = try #require(text.range(of: "<!-- end of limits -->", range: start.upperBound..<text.endIndex))
    let place = start.upperBound..<end.lowerBound
    let expected = lines.map { $0 + "\n" }.joined()
    guard ProcessInfo.processInfo.environment["UPDATE_DOCUMENTS"] != nil else {
      #expect(text[place] == expected)
      return
    }
    try text.replacingCharacters(in: place, with: expected).write(to: file, atomically: true, encoding: .utf8)
  }
}
