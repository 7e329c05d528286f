internal import ArgumentParser
internal import Glibc
internal import Webhook

/// Looks up a setting: its flag, otherwise its environment variable, otherwise the default.
enum Setting {
  /// Returns the environment variable of a flag: `log-level` is `RAYMESH_LOG_LEVEL`.
  static func variable(for flag: String) -> String {
    "RAYMESH_\(flag.uppercased().map { $0 == "-" ? "_" : String($0) }.joined())"
  }

  /// Returns the value of a flag or its variable as text; `nil` if neither is given. An empty variable counts as none.
  static func text(_ value: String?, flag: String) -> String? {
    if let value { return value }
    guard let text = unsafe getenv(variable(for: flag)).map({ unsafe String(cString: $0) }), !text.isEmpty else {
      return nil
    }
    return text
  }

  /// Returns the flags that are given, with their values.
  static func given(_ flags: [(flag: String, value: String?)]) -> [(flag: String, value: String)] {
    flags.compactMap { flag, value in text(value, flag: flag).map { (flag, $0) } }
  }

  /// Returns the values of a flag that may be repeated. Its variable separates them with commas.
  ///
  /// - Throws: `ValidationError` if one of them is empty.
  static func list(_ values: [String], flag: String) throws -> [String] {
    let text = values.isEmpty ? text(nil, flag: flag) : nil
    let list = text?.split(separator: ",", omittingEmptySubsequences: false).map { String($0.trimmed) } ?? values
    guard !list.contains("") else {
      let place = text == nil ? "--\(flag)" : variable(for: flag)
      throw ValidationError("\(place): found '\(text ?? "")', expected names, none of them empty")
    }
    return list
  }

  /// Returns the value of a flag, parsed by `parse`.
  ///
  /// - Throws: `ValidationError` naming the flag, the value and what was expected.
  static func value<Value>(
    _ text: String?, flag: String, expected: String, otherwise: Value, _ parse: (String) -> Value?
  ) throws -> Value {
    guard let stated = Setting.text(text, flag: flag) else { return otherwise }
    guard let value = parse(stated) else {
      let place = text == nil ? variable(for: flag) : "--\(flag)"
      throw ValidationError("\(place): found '\(stated)', expected \(expected)")
    }
    return value
  }

  /// Returns the whole number of a flag, within bounds.
  static func number(
    _ text: String?, flag: String, in bounds: ClosedRange<Int>, otherwise: Int
  ) throws -> Int {
    try value(
      text, flag: flag, expected: "a number from \(bounds.lowerBound) to \(bounds.upperBound)", otherwise: otherwise
    ) { text in Int(text).flatMap { bounds.contains($0) ? $0 : nil } }
  }

  /// Returns the duration of a flag, within bounds.
  static func duration(
    _ text: String?, flag: String, in bounds: ClosedRange<Duration>, otherwise: Duration
  ) throws -> Duration {
    let expected = "a duration such as 10s or 1m30s, from \(bounds.lowerBound) to \(bounds.upperBound)"
    return try value(text, flag: flag, expected: expected, otherwise: otherwise) { text in
      GoDuration(text).flatMap { bounds.contains($0.duration) ? $0.duration : nil }
    }
  }
}

extension Substring {
  /// The text without white space at both ends.
  fileprivate var trimmed: Substring {
    let rest = drop(while: \.isWhitespace)
    return rest.lastIndex { !$0.isWhitespace }.map { rest[...$0] } ?? rest
  }
}
