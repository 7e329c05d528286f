/// The value that `kubectl` reads from a scalar without quotes.
///
/// That is `sigs.k8s.io/yaml`, a fork of go-yaml 2 (`goyaml.v2/resolve.go`): It reads YAML 1.1's booleans, including
/// `y` and `n`, and its octal numbers, but not its numbers in base 60. Measured with kubectl 1.32, whose answers
/// are a fixture of the tests.
enum PlainScalar: Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// An integer above `Int64.max`.
  case unsigned(UInt64)
  case float(Double)
  case string

  init(_ text: String) {
    if let word = PlainScalar.words[text] {
      self = word
      return
    }
    switch text.utf8.first ?? 0 {
    case UInt8(ascii: "."): self = PlainScalar.float(GoNumber.withoutSeparators(text) ?? "")
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      let digits = String(text.filter { $0 != "_" })
      self = PlainScalar.integer(digits) ?? PlainScalar.float(digits)
    default: self = .string
    }
  }

  private static func integer(_ text: String) -> PlainScalar? {
    guard let integer = GoNumber.integer(text) else { return nil }
    if let number = Int64(exactly: integer) { return .integer(number) }
    // Go's `ParseUint` takes no sign.
    return text.utf8.first == UInt8(ascii: "+") ? nil : UInt64(exactly: integer).map { .unsigned($0) }
  }

  /// Reads a float. A number that a `float64` cannot hold stays a string.
  private static func float(_ text: String) -> PlainScalar {
    guard GoNumber.isFloat(text), let number = Double(text), number.isFinite else { return .string }
    return .float(number)
  }

  private static let words: [String: PlainScalar] = {
    var words: [String: PlainScalar] = ["": .null, "~": .null, "null": .null, "Null": .null, "NULL": .null]
    for word in ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"] { words[word] = .bool(true) }
    for word in ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"] {
      words[word] = .bool(false)
    }
    for infinity in [".inf", ".Inf", ".INF"] {
      words[infinity] = .float(.infinity)
      words["+\(infinity)"] = .float(.infinity)
      words["-\(infinity)"] = .float(-.infinity)
    }
    for word in [".nan", ".NaN", ".NAN"] { words[word] = .float(.nan) }
    return words
  }()
}

/// Reads numbers as Go's `strconv` does.
enum GoNumber {
  /// Reads an integer with a prefix for its base, as `ParseInt` with base 0 does. A leading 0 alone means octal.
  static func integer(_ text: String) -> Int128? {
    let isNegative = text.hasPrefix("-")
    let magnitude = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let (digits, radix) = digitsAndRadix(of: magnitude)
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), let number = UInt64(digits, radix: radix) else {
      return nil
    }
    return isNegative ? -Int128(number) : Int128(number)
  }

  private static func digitsAndRadix(of text: Substring) -> (digits: Substring, radix: Int) {
    switch text.prefix(2).lowercased() {
    case "0x": (text.dropFirst(2), 16)
    case "0b": (text.dropFirst(2), 2)
    case "0o": (text.dropFirst(2), 8)
    default: text.count > 1 && text.hasPrefix("0") ? (text.dropFirst(), 8) : (text, 10)
    }
  }

  /// Whether go-yaml reads a text as a float: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
  static func isFloat(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    if rest.first.isSign { rest.removeFirst() }
    let whole = rest.takeDigits()
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = rest.takeDigits()
    }
    guard whole + fraction > 0 else { return false }
    guard let mark = rest.popFirst() else { return true }
    guard mark | 0x20 == UInt8(ascii: "e") else { return false }
    if rest.first.isSign { rest.removeFirst() }
    return rest.takeDigits() > 0 && rest.isEmpty
  }

  /// Returns the text without underscores; `nil` if one of them is not between two digits.
  static func withoutSeparators(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "_") {
      guard index > 0, index + 1 < bytes.count, bytes[index - 1].isDigit, bytes[index + 1].isDigit else { return nil }
    }
    return text.filter { $0 != "_" }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension UInt8? {
  fileprivate var isSign: Bool { self == UInt8(ascii: "+") || self == UInt8(ascii: "-") }
}

extension ArraySlice<UInt8> {
  /// Removes the digits at the start, and returns their number.
  fileprivate mutating func takeDigits() -> Int {
    let rest = drop(while: \.isDigit)
    defer { self = rest }
    return count - rest.count
  }
}
