/// A file of Kubernetes manifests, split at its document markers.
///
/// Joined again, the documents are the file byte for byte. A line that begins with `---` or `...` is a marker
/// everywhere, also in a block scalar (YAML 1.2 section 9.1.2), so no parser is needed to find them.
struct ManifestStream {
  let documents: [Document]

  /// One document with its markers, and the comments and directives before it.
  struct Document {
    /// The text, including line ends.
    let text: String
    /// The first line of the text in the file, from 1.
    let line: Int
  }

  init(_ text: String) {
    var documents: [Document] = []
    var builder = Builder()
    for line in text.utf8.lines {
      if builder.mustEnd(before: line) { documents.append(builder.take()) }
      builder.append(line)
    }
    documents.append(builder.take())
    self.documents = documents.filter { !$0.text.isEmpty }
  }

  private struct Builder {
    private var text = ""
    private var start = 1
    private var next = 1
    /// Whether there was a marker or content, after which a marker starts another document.
    private var hasBegun = false
    private var hasEnded = false

    func mustEnd(before line: Substring.UTF8View) -> Bool { hasEnded || (hasBegun && line.isMarker("---")) }

    mutating func append(_ line: Substring.UTF8View) {
      text += Substring(line)
      next += 1
      hasEnded = line.isMarker("...")
      if !line.isPreamble { hasBegun = true }
    }

    mutating func take() -> Document {
      defer { (text, start, hasBegun, hasEnded) = ("", next, false, false) }
      return Document(text: text, line: start)
    }
  }
}

extension ManifestStream.Document {
  /// The part before the content: comments, directives, and the marker if there is one.
  var opening: String {
    let preamble = preambleLines.map { String(Substring($0)) }.joined()
    return preamble + (marker?.isBareMarker == false ? "---\n" : "")
  }

  /// The marker at the end; empty if there is none.
  var closing: String { text.utf8.lines.last?.isMarker("...") == true ? "...\n" : "" }

  /// Whether the document starts with `---`.
  var hasMarker: Bool { marker != nil }

  /// Whether a directive comes before it.
  var hasDirective: Bool { preambleLines.contains { $0.first == UInt8(ascii: "%") } }

  private var marker: Substring.UTF8View? {
    text.utf8.lines.first { !$0.isPreamble }.flatMap { $0.isMarker("---") ? $0 : nil }
  }

  private var preambleLines: some Sequence<Substring.UTF8View> {
    text.utf8.lines.prefix { $0.isPreamble || $0.isBareMarker }
  }
}

extension String.UTF8View {
  /// The lines, each with its end.
  fileprivate var lines: [Substring.UTF8View] {
    var lines: [Substring.UTF8View] = []
    var rest = self[...]
    while let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let next = rest.index(after: feed)
      lines.append(rest[..<next])
      rest = rest[next...]
    }
    return rest.isEmpty ? lines : lines + [rest]
  }
}

extension Substring.UTF8View {
  /// Whether the line starts with a marker, followed by white space or nothing.
  fileprivate func isMarker(_ marker: StaticString) -> Bool {
    starts(with: marker.description.utf8) && dropFirst(3).first.map { $0.isBlank } ?? true
  }

  /// Whether the line is the marker that starts a document, without content.
  fileprivate var isBareMarker: Bool {
    guard isMarker("---") else { return false }
    let rest = dropFirst(3).drop(while: \.isBlank)
    return rest.isEmpty || rest.first == UInt8(ascii: "#")
  }

  /// Whether the line may come before a document: it is empty, a comment or a directive.
  fileprivate var isPreamble: Bool {
    if first == UInt8(ascii: "%") { return true }
    let rest = drop(while: \.isBlank)
    return rest.isEmpty || rest.first == UInt8(ascii: "#")
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

/// A file of manifests as text.
struct ManifestText {
  /// The text, without a byte order mark.
  let text: String
  /// Whether the file starts with a byte order mark. It may only be at the start of a file.
  let hasByteOrderMark: Bool

  static let byteOrderMark = "\u{FEFF}"

  /// - Throws: `ManifestError` if the bytes are not UTF-8.
  init(_ bytes: [UInt8], named file: String) throws(ManifestError) {
    let mark = Array(ManifestText.byteOrderMark.utf8)
    hasByteOrderMark = bytes.starts(with: mark)
    guard let text = String(validating: hasByteOrderMark ? bytes.dropFirst(mark.count) : bytes[...], as: UTF8.self)
    else {
      throw ManifestError(file: file, line: 1, reason: "found bytes that are not UTF-8")
    }
    self.text = text
  }
}
