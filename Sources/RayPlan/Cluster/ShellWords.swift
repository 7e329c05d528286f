/// The words that bash makes of a value which stands unquoted in a command line.
///
/// Only what needs nothing but the environment is read: blanks, quotes, backslashes, `$NAME` and `${NAME}`.
struct ShellWords {
  /// The words. The first is what follows `--name=`, and may be empty.
  private(set) var words: [[UInt8]] = [[]]
  /// Whether the next byte belongs to the last word.
  private var isInWord = true
  private let bytes: [UInt8]
  /// The index of the next byte.
  private var next = 0

  /// - Parameter variable: the value of a variable, or `nil` if only the pod knows it.
  /// - Returns: `nil` if only the pod's shell can tell.
  init?(_ text: String, variable: (String) -> String?) {
    bytes = Array(text.utf8)
    while let byte = pop() {
      let isRead =
        switch byte {
        case UInt8(ascii: "$"): insertVariable(isQuoted: false, variable)
        case UInt8(ascii: "\""): readDoubleQuotes(variable)
        default: read(byte)
        }
      guard isRead else { return nil }
    }
  }

  /// Reads a byte outside of double quotes; false if it means something that is not read here.
  private mutating func read(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): isInWord = false
    case UInt8(ascii: "'"):
      append(popRun { $0 != UInt8(ascii: "'") })
      return pop() != nil
    case UInt8(ascii: "\\"):
      guard let escaped = pop(), escaped != UInt8(ascii: "\n") else { return false }
      append(CollectionOfOne(escaped))
    default:
      guard ShellWords.isOrdinary(byte) else { return false }
      next -= 1
      append(popRun(while: ShellWords.isOrdinary))
    }
    return true
  }

  /// A backslash in double quotes takes the meaning of these alone.
  private mutating func readDoubleQuotes(_ variable: (String) -> String?) -> Bool {
    append(EmptyCollection())
    while let byte = pop() {
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "`"), UInt8(ascii: "\n"): return false
      case UInt8(ascii: "$"): guard insertVariable(isQuoted: true, variable) else { return false }
      case UInt8(ascii: "\\"):
        let isEscape = next < bytes.count && ShellWords.isEscapable(bytes[next])
        append(CollectionOfOne(isEscape ? pop() ?? byte : byte))
      default:
        next -= 1
        append(popRun(while: ShellWords.isOrdinaryInQuotes))
      }
    }
    return false
  }

  private mutating func insertVariable(isQuoted: Bool, _ variable: (String) -> String?) -> Bool {
    guard let name = readName(), let value = variable(name) else { return false }
    guard !isQuoted else {
      append(value.utf8)
      return true
    }
    // The shell splits such a value at blanks, and looks for files by what is left.
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"): isInWord = false
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\"): return false
      default: append(CollectionOfOne(byte))
      }
    }
    return true
  }

  /// Reads `NAME` or `{NAME}` after a `$`.
  private mutating func readName() -> String? {
    let hasBrace = next < bytes.count && bytes[next] == UInt8(ascii: "{")
    if hasBrace { next += 1 }
    let name = popRun(while: ShellWords.isOfName)
    guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
    guard !hasBrace || pop() == UInt8(ascii: "}") else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  private mutating func pop() -> UInt8? {
    guard next < bytes.count else { return nil }
    next += 1
    return bytes[next - 1]
  }

  /// Takes the bytes up to the first one that does not satisfy a condition.
  private mutating func popRun(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = next
    while next < bytes.count, condition(bytes[next]) { next += 1 }
    return bytes[start..<next]
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }

  private mutating func append(_ bytes: some Collection<UInt8>) {
    if isInWord { words[words.count - 1] += bytes } else { words.append([UInt8](bytes)) }
    isInWord = true
  }

  /// Whether a backslash in double quotes removes the meaning of a byte.
  private static func isEscapable(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "\\"): true
    default: false
    }
  }

  /// Whether a byte means itself in double quotes.
  private static func isOrdinaryInQuotes(_ byte: UInt8) -> Bool { !isEscapable(byte) && byte != UInt8(ascii: "\n") }

  /// Whether a byte outside of quotes means itself. The others quote, split, end a command, start another, redirect, or
  /// make several words of one.
  private static func isOrdinary(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0: false
    case UInt8(ascii: "$"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "`"): false
    case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["): false
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "~"), UInt8(ascii: "#"): false
    default: true
    }
  }
}
