import Testing

@testable import Explain

/// Text in columns.
@Suite struct TextTableTests {
  private func table(_ columns: KeyValuePairs<String, Int>, _ rows: [String]...) -> [String] {
    var table = TextTable(columns)
    for row in rows {
      #expect(row.count == columns.count)
      if row.count == 2 {
        table.add(.init(row[0]), .init(row[1]))
      } else {
        table.add(.init(row[0]), .init(row[1]), .init(row[2]))
      }
    }
    return table.lines(in: .plain)
  }

  @Test func `a column is as wide as what is in it, its heading too`() {
    #expect(
      table(["A": 9, "LONG": 9, "LAST": 0], ["abc", "d", "e"], ["", "de", ""]) == [
        "A    LONG  LAST", "abc  d     e", "     de",
      ])
  }

  @Test func `a cell beyond its column's limit goes on below, whole words on each line`() {
    #expect(table(["A": 5, "B": 0], ["ab cd ef", "x"]) == ["A      B", "ab cd  x", "ef"])
    #expect(table(["A": 5, "B": 0], ["longer-word ab", "x"]) == ["A            B", "longer-word  x", "ab"])
  }

  @Test func `the last column has what is left of a hundred characters`() {
    let words = Array(repeating: "12345678 ", count: 20).joined()
    let lines = table(["A": 9, "B": 0], ["a", words])
    #expect(lines.count == 3 && lines.allSatisfy { $0.count <= 100 })
    #expect(lines[1].count > 90 && lines[2].hasPrefix("   12345678"))
  }

  @Test func `a few words in parentheses stay together, many do not`() {
    #expect("a (b c) d".wrapped(to: 4) == ["a", "(b c)", "d"])
    #expect("max(50, 4 * 16 + 20) = 84".wrapped(to: 10) == ["max(50, 4 * 16 + 20)", "= 84"])
    #expect("(12345678 12345678 12345678 1)".wrapped(to: 9) == ["(12345678 12345678", "12345678", "1)"])
  }

  @Test func `a line that is empty stays a line`() {
    #expect(table(["A": 5, "B": 0], ["", ""]) == ["A  B", ""])
  }

  @Test func `color is around the words, not around the spaces between`() {
    var table = TextTable(["A": 9, "B": 0])
    table.add(.init("a", .user), .init("b"))
    #expect(table.lines(in: .coloured) == ["\u{1B}[1mA\u{1B}[0m  \u{1B}[1mB\u{1B}[0m", "\u{1B}[36ma\u{1B}[0m  b"])
  }
}
