/// A text that is equal to another only where every code unit is, as JSON compares keys (RFC 8259 section 8.3).
///
/// `String` goes by canonical equivalence: to it `"\u{e9}"` and `"e\u{301}"` are one key.
struct ExactText: Hashable {
  private let text: String

  init(_ text: String) { self.text = text }

  static func == (one: ExactText, other: ExactText) -> Bool {
    one.text.utf8.count == other.text.utf8.count && one.text.utf8.elementsEqual(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
