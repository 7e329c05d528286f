/// What is wrong with a manifest, and where.
public struct ManifestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it, `-` for standard input.
  public let file: String
  /// The line, from 1: of the fault itself in what is not YAML, else of its document.
  public let line: Int
  /// What is wrong, with the place in the document, the value found and what was expected.
  public let reason: String

  /// One line for a person.
  public var description: String { "\(file == "-" ? "standard input" : file):\(line): \(reason)" }
}

/// Why nothing is rendered: everything that is wrong with any document of any file.
public struct RenderRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, at least one.
  public let errors: [ManifestError]

  /// One line for each.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// A file of manifests as text.
struct ManifestText {
  /// The text, without a byte order mark.
  let text: String
  /// Whether there was one. It belongs at the very beginning and nowhere else.
  let hasByteOrderMark: Bool

  static let byteOrderMark = "\u{FEFF}"

  /// - Throws: `ManifestError` where the bytes are not UTF-8.
  init(_ bytes: [UInt8], named file: String) throws(ManifestError) {
    let mark = Array(ManifestText.byteOrderMark.utf8)
    hasByteOrderMark = bytes.starts(with: mark)
    guard let text = String(validating: hasByteOrderMark ? bytes.dropFirst(mark.count) : bytes[...], as: UTF8.self)
    else {
      throw ManifestError(file: file, line: 1, reason: "not UTF-8, which manifests are written in")
    }
    self.text = text
  }
}
