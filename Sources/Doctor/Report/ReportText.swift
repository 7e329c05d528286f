public import Explain

extension Report {
  /// The report as text for people, a hundred characters wide.
  public func text(in style: TextStyle) -> String {
    var table = TextTable(["SEVERITY": 8, "CHECK": 15, "FOUND": 0])
    for finding in findings {
      table.add(
        .init(finding.severity.rawValue, finding.severity.tone), .init(finding.check.rawValue),
        .init("\(finding.subject): \(finding.found)"))
      if let fix = finding.fix { table.add(.init(""), .init(""), .init("fix: \(fix)", .user)) }
    }
    let lines = ["Raymesh by the API server \(server)".withoutControls, ""] + table.lines(in: style) + ["", summary]
    return lines.joined(separator: "\n") + "\n"
  }

  private var summary: String {
    let counts = Severity.allCases.reversed().filter { $0 > .ok && count(of: $0) > 0 }.map { severity in
      "\(count(of: severity)) \(severity.rawValue)\(count(of: severity) == 1 ? "" : "s")"
    }
    return counts.isEmpty ? "Nothing is amiss." : "\(counts.joined(separator: ", "))."
  }
}

extension Severity {
  fileprivate var tone: TextStyle.Tone {
    switch self {
    case .ok: .raymesh
    case .notice: .user
    case .warning: .warning
    case .failure: .failure
    }
  }
}
