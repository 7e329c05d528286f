internal import Limits

/// How much of an event a log line has.
struct LogScale {
  /// Bytes of each text.
  private let text: Int
  /// Facts, and elements of each list.
  let items: Int
  /// Whether the line says that there is more.
  let isCut: Bool

  /// The name of the fact by which a line says so.
  static let mark = "cut"

  /// From all that there is to very little. The first is for nearly every event, and costs no more than writing it.
  static let all = [
    // One byte more than a line has: a line with it is then too long, and the next scale says that it is cut.
    LogScale(text: InputLimits.logLine.value + 1, items: InputLimits.logLine.value, isCut: false),
    LogScale(text: 4096, items: 64, isCut: true), LogScale(text: 1024, items: 32, isCut: true),
    LogScale(text: 128, items: 16, isCut: true), least,
  ]

  /// What always fits without facts: each byte of a text becomes at most six.
  static let least = LogScale(text: 128, items: 8, isCut: true)

  /// The beginning of a text, up to the end of a character.
  func cut(_ whole: String) -> String {
    guard whole.utf8.count > text else { return whole }
    var part = Substring(decoding: whole.utf8.prefix(text), as: UTF8.self)
    while part.unicodeScalars.last == "\u{FFFD}" { part.unicodeScalars.removeLast() }
    return String(part)
  }
}
