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
