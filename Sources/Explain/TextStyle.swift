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
