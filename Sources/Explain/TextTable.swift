/// A table for people: columns as wide as what is in them, the last one with what is left of the line.
public struct TextTable {
  private let headings: [String]
  private let limits: [Int]
  private var rows: [[Cell]] = []

  /// What stands in one column of one row.
  public struct Cell: Sendable {
    let text: String
    var tone = TextStyle.Tone.plain

    /// A cell; control characters in it are made harmless.
    public init(_ text: String, _ tone: TextStyle.Tone = .plain) {
      self.text = text.withoutControls
      self.tone = tone
    }
  }

  /// How many characters a line has.
  public static let width = 100
  private static let gap = "  "

  /// - Parameter columns: each heading, and how wide its column may get before its cells are wrapped.
  public init(_ columns: KeyValuePairs<String, Int>) {
    headings = columns.map(\.key)
    limits = columns.map(\.value)
  }

  /// Adds a row, a cell for each column.
  public mutating func add(_ cells: Cell...) { rows.append(cells) }

  /// Whether there is no row.
  public var isEmpty: Bool { rows.isEmpty }

  /// The lines, without spaces at their ends.
  public func lines(in style: TextStyle) -> [String] {
    let widths = self.widths
    let head = lines(of: headings.map { Cell($0, .title) }, widths, style)
    return head + rows.flatMap { lines(of: $0, widths, style) }
  }

  /// Wide enough for each piece at least; the last column takes the rest.
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

  /// What the last column has even where the others take the whole line.
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

/// How text for people is set off: by colours on a terminal, and everywhere else not at all.
public enum TextStyle: Sendable {
  case plain
  /// By the escape codes that all terminals know (ECMA-48, Select Graphic Rendition).
  case coloured

  /// What a piece of text is to its reader.
  public enum Tone: String, Sendable {
    case plain = ""
    case title = "1"
    case faint = "2"
    case raymesh = "32"
    case user = "36"
    case warning = "33"
    case failure = "31"
  }

  /// A piece of text as it is written.
  public func text(_ text: String, _ tone: Tone) -> String {
    switch self {
    case .plain: text
    case .coloured: tone == .plain || text.isEmpty ? text : "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
  }
}

extension String {
  /// The text without control characters, by which a manifest could give orders to a terminal.
  public var withoutControls: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  /// The text in lines of at most so many characters, broken at spaces; what is longer has a line of its own.
  public func wrapped(to width: Int) -> [String] {
    pieces.reduce(into: []) { lines, piece in
      if let last = lines.last, last.count + 1 + piece.count <= width {
        lines[lines.count - 1] = "\(last) \(piece)"
      } else {
        lines.append(piece)
      }
    }
  }

  /// What stays on one line: words, and a few of them in parentheses.
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
