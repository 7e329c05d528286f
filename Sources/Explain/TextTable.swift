/// A text table. Columns are as wide as their cells, and the last one takes the rest of the line.
package struct TextTable {
  private let headings: [String]
  private let limits: [Int]
  private var rows: [[Cell]] = []

  /// One cell of a row.
  package struct Cell: Sendable {
    let text: String
    var tone = TextStyle.Tone.plain

    /// Creates a cell. Control characters are replaced.
    package init(_ text: String, _ tone: TextStyle.Tone = .plain) {
      self.text = text.withoutControls
      self.tone = tone
    }
  }

  /// The width of a line, in characters.
  package static let width = 100
  private static let gap = "  "

  /// - Parameter columns: each heading, and the width from which cells of its column are wrapped.
  package init(_ columns: KeyValuePairs<String, Int>) {
    headings = columns.map(\.key)
    limits = columns.map(\.value)
  }

  /// Adds a row, with one cell for each column.
  package mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// Whether the table has no rows.
  package var isEmpty: Bool { rows.isEmpty }

  /// Returns the lines, without trailing spaces.
  package func lines(in style: TextStyle) -> [String] {
    let widths = self.widths
    let head = lines(of: headings.map { Cell($0, .title) }, widths, style)
    return head + rows.flatMap { lines(of: $0, widths, style) }
  }

  /// The widths of the columns, wide enough for each piece. The last column takes the rest.
  private var widths: [Int] {
    var widths = headings.indices.map { column in
      let texts = rows.map { $0[column].text }
      let words = texts.flatMap { $0.pieces.map(\.count) }
      let longest = ([headings[column].count] + texts.map(\.count)).max() ?? 0
      return max(min(longest, limits[column]), headings[column].count, words.max() ?? 0)
    }
    let others = widths.dropLast().reduce(0) { $0 + $1 + TextTable.gap.count }
    widths[widths.count - 1] = max(TextTable.width - others, TextTable.narrowest)
    return widths
  }

  /// The least width of the last column, even if the others take the whole line.
  private static let narrowest = 24

  private func lines(of row: [Cell], _ widths: [Int], _ style: TextStyle) -> [String] {
    let columns = zip(row, widths).map { cell, width in cell.text.wrapped(to: width) }
    return (0..<max(1, columns.map(\.count).max() ?? 1)).map { line in
      var text = ""
      var spaces = 0
      for (column, lines) in columns.enumerated() {
        let piece = line < lines.count ? lines[line] : ""
        if !piece.isEmpty {
          text += String(repeating: " ", count: spaces) + style.text(piece, row[column].tone)
          spaces = 0
        }
        spaces += widths[column] - piece.count + TextTable.gap.count
      }
      return text
    }
  }
}

/// The style of text output: colored on a terminal, plain everywhere else.
package enum TextStyle: Sendable {
  case plain
  /// Colored with the escape codes that all terminals support (ECMA-48, Select Graphic Rendition).
  case coloured

  /// The role of a piece of text, which decides its color.
  package enum Tone: String, Sendable {
    case plain = ""
    case title = "1"
    case faint = "2"
    case raymesh = "32"
    case user = "36"
    case warning = "33"
    case failure = "31"
  }

  /// Returns a text in the color of its role.
  package func text(_ text: String, _ tone: Tone) -> String {
    switch self {
    case .plain: text
    case .coloured: tone == .plain || text.isEmpty ? text : "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
  }
}

extension String {
  /// The text without control characters, with which a manifest could control a terminal.
  package var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  /// Wraps the text at spaces to lines of at most `width` characters. A longer word has its own line.
  package func wrapped(to width: Int) -> [String] {
    pieces.reduce(into: []) { lines, piece in
      if let last = lines.last, last.count + 1 + piece.count <= width {
        lines[lines.count - 1] = "\(last) \(piece)"
      } else {
        lines.append(piece)
      }
    }
  }

  /// The pieces that are not broken: words, and short phrases in parentheses.
  var pieces: [String] {
    split(separator: " ").reduce(into: []) { pieces, word in
      if let last = pieces.last, last.hasOpenParenthesis, last.count + 1 + word.count <= String.longestPiece {
        pieces[pieces.count - 1] = "\(last) \(word)"
      } else {
        pieces.append(String(word))
      }
    }
  }

  private static let longestPiece = 24

  private var hasOpenParenthesis: Bool {
    reduce(0) { $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0) } > 0
  }
}
