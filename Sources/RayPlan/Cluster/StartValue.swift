internal import JSON
internal import Limits

/// What `ray start` gets for a parameter, as far as that can be told before the pod runs.
///
/// KubeRay writes parameters unquoted into a `bash -c` line. Kubelet expands `$(NAME)` in that line, then the shell
/// evaluates it, and Ray reads what is left.
enum StartValue {
  /// Nothing: nobody sets it, or it is `false`, for which KubeRay leaves the parameter out (`convertParamMap`).
  case absent
  /// One word.
  case word(String)
  /// Several words, of which `ray start` takes the first and refuses the others.
  case split
  /// Only the pod knows it.
  case unknown
}

extension StartValue {
  /// The values of a group's parameters that are not what they look like.
  ///
  /// The node address is left out: it is a name that Ray is not told as a number.
  struct Evaluated {
    private var values: [(parameter: RayParameter, value: StartValue)] = []

    init(_ parameters: StringMap?, _ stated: ParameterSet, _ environment: inout PlainEnvironment, hasCommand: Bool) {
      for parameter in stated where parameter != .nodeIPAddress {
        guard let text = parameters?[parameter], !StartValue.isPlain(text) else { continue }
        values.append((parameter, StartValue(text, &environment, hasCommand: hasCommand)))
      }
    }

    subscript(parameter: RayParameter) -> StartValue? { values.first { $0.parameter == parameter }?.value }
  }

  /// - Parameter hasCommand: whether the user's command runs first, in the same shell, and so may set variables.
  init(_ text: String, _ environment: inout PlainEnvironment, hasCommand: Bool) {
    if text.utf8.count == 5, text.lowercased() == "false" {
      self = .absent
      return
    }
    guard let line = environment.expanding(text),
      let words = ShellWords(line, variable: { hasCommand ? nil : environment.shellValue(of: $0) })?.words
    else {
      self = .unknown
      return
    }
    // Words that look like options are Ray's to read.
    let hasOptions = words.dropFirst().contains { $0.first == UInt8(ascii: "-") }
    self = words.count == 1 ? .word(String(decoding: words[0], as: UTF8.self)) : hasOptions ? .unknown : .split
  }

  /// Whether a value arrives at Ray as it is written: most are numbers.
  private static func isPlain(_ text: String) -> Bool {
    let bytes = text.utf8Span.span
    for index in bytes.indices {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) || bytes[index] == UInt8(ascii: ",") else {
        return false
      }
    }
    return !bytes.isEmpty
  }
}

extension Int {
  /// A number as Python's `int` reads it, which Ray does (click's `INT`): with blanks around it, a sign, and underscores
  /// between its digits, which may be those of any script.
  init?(python text: String) {
    // Nearly all are so, and Unicode's tables are slow.
    if let number = Int(digits: text.utf8Span.span), number <= .max / 16 {
      self = number
      return
    }
    guard text.utf8.count <= ReviewLimits.number.value else { return nil }
    var scalars = text.unicodeScalars[...]
    while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
    while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    let isNegative = scalars.first == "-"
    if isNegative || scalars.first == "+" { scalars.removeFirst() }
    guard let number = Int(digits: scalars) else { return nil }
    self = isNegative ? -number : number
  }

  /// Digits of any script, between which single underscores may stand. A number that is too large stays one.
  private init?(digits: Substring.UnicodeScalarView) {
    var (number, mayBeUnderscore) = (0, false)
    for scalar in digits {
      guard scalar != "_" else {
        guard mayBeUnderscore else { return nil }
        mayBeUnderscore = false
        continue
      }
      guard scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue else { return nil }
      number = Swift.min(number * 10 + Int(digit), .max / 16)
      mayBeUnderscore = true
    }
    guard mayBeUnderscore else { return nil }
    self = number
  }
}
