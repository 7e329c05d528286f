/// The Prometheus text format (version 0.0.4), read strictly by a reader that shares nothing with the writer.
struct PrometheusText {
  struct Sample: Hashable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  struct Fault: Error, Hashable {
    let line: String
    let reason: String
  }

  private(set) var types: [String: String] = [:]
  private(set) var help: [String: String] = [:]
  /// In the order of the text.
  private(set) var samples: [Sample] = []

  init(_ text: String) throws(Fault) {
    guard text.isEmpty || text.utf8.last == UInt8(ascii: "\n") else { throw Fault(line: text, reason: "no line end") }
    // By bytes: to Swift, CR LF is one character.
    for line in text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      try read(String(decoding: line, as: UTF8.self))
    }
    guard Set(samples.map { [$0.name: $0.labels] }).count == samples.count else {
      throw Fault(line: text, reason: "a series twice")
    }
  }

  /// The value of one series.
  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    samples.first { $0.name == name && $0.labels == labels }?.value
  }

  // By scalar: to Swift, a quote with an accent is one character that is no quote.
  private static var type: Regex<(Substring, Substring, Substring)> {
    /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/.matchingSemantics(.unicodeScalar)
  }
  private static var help: Regex<(Substring, Substring, Substring)> {
    /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)*)/.matchingSemantics(.unicodeScalar)
  }
  private static var sample: Regex<(Substring, Substring, Substring?, Substring)> {
    /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^\n]*)\})? (\S+)/.matchingSemantics(.unicodeScalar)
  }
  private static var label: Regex<(Substring, Substring, Substring)> {
    /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"]|\\[\\"n])*)"(?:,(?!$)|$)/.matchingSemantics(.unicodeScalar)
  }
  private static var escape: Regex<(Substring, Substring)> {
    /\\([\\"n])/.matchingSemantics(.unicodeScalar)
  }

  private mutating func read(_ line: String) throws(Fault) {
    if let match = line.wholeMatch(of: PrometheusText.type) {
      let name = String(match.1)
      guard types.updateValue(String(match.2), forKey: name) == nil else { throw Fault(line: line, reason: "twice") }
    } else if let match = line.wholeMatch(of: PrometheusText.help) {
      guard types[String(match.1)] == nil else { throw Fault(line: line, reason: "help after type") }
      help[String(match.1)] = String(match.2)
    } else if let match = line.wholeMatch(of: PrometheusText.sample) {
      guard let value = Double(String(match.3)) else { throw Fault(line: line, reason: "no value") }
      let name = String(match.1)
      guard types[name.replacing(/_(bucket|sum|count)$/, with: "")] != nil || types[name] != nil else {
        throw Fault(line: line, reason: "no type")
      }
      samples.append(Sample(name: name, labels: try labels(String(match.2 ?? ""), in: line), value: value))
    } else {
      throw Fault(line: line, reason: "no line of the format")
    }
  }

  private func labels(_ text: String, in line: String) throws(Fault) -> [String: String] {
    var labels: [String: String] = [:]
    var rest = text[...]
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: PrometheusText.label) else {
        throw Fault(line: line, reason: "no label: \(rest)")
      }
      let value = String(match.2).replacing(PrometheusText.escape) { $0.1 == "n" ? "\n" : String($0.1) }
      guard labels.updateValue(value, forKey: String(match.1)) == nil else { throw Fault(line: line, reason: "twice") }
      rest = rest[match.range.upperBound...]
    }
    return labels
  }
}
