/// The words that bash makes of a value which stands unquoted in a command line.
///
/// Only what needs nothing but the environment is read: blanks, quotes, backslashes, `$NAME` and `${NAME}`.
struct ShellWords {
  /// The words. The first is what follows `--name=`, and may be empty.
  private(set) var words: [[UInt8]] = [[]]
  /// Whether the next byte belongs to the last word.
  private var isInWord = true
  private var rest: Substring.UTF8View

  /// - Parameter variable: the value of a variable, or `nil` if only the pod knows it.
  /// - Returns: `nil` if only the pod's shell can tell.
  init?(_ text: String, variable: (String) -> String?) {
    rest = Substring(text).utf8
    while let byte = rest.popFirst() {
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
      guard let end = rest.firstIndex(of: UInt8(ascii: "'")) else { return false }
      append(rest[..<end])
      rest = rest[end...].dropFirst()
    case UInt8(ascii: "\\"):
      guard let next = rest.popFirst(), next != UInt8(ascii: "\n") else { return false }
      append(CollectionOfOne(next))
    default:
      guard !ShellWords.isSpecial(byte) else { return false }
      append(CollectionOfOne(byte))
    }
    return true
  }

  /// A backslash in double quotes takes the meaning of these alone.
  private mutating func readDoubleQuotes(_ variable: (String) -> String?) -> Bool {
    append(EmptyCollection())
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "`"), UInt8(ascii: "\n"): return false
      case UInt8(ascii: "$"): guard insertVariable(isQuoted: true, variable) else { return false }
      case UInt8(ascii: "\\"):
        let isEscape = rest.first.map(ShellWords.isEscapable) ?? false
        append(CollectionOfOne(isEscape ? rest.popFirst() ?? byte : byte))
      default: append(CollectionOfOne(byte))
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
    let hasBrace = rest.first == UInt8(ascii: "{")
    if hasBrace { rest = rest.dropFirst() }
    let name = rest.prefix(while: ShellWords.isOfName)
    guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
    rest = rest[name.endIndex...]
    guard !hasBrace || rest.popFirst() == UInt8(ascii: "}") else { return nil }
    return String(Substring(name))
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

  /// What a backslash in double quotes takes the meaning of.
  private static func isEscapable(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "\\"): true
    default: false
    }
  }

  /// What ends a command, starts another, redirects, or makes several words of one.
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "`"), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"): true
    case UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "?"): true
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "~"), UInt8(ascii: "#"): true
    case UInt8(ascii: "\n"), 0: true
    default: false
    }
  }
}
