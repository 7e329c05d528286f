package import Explain
internal import JSON

/// The findings of an examination.
package struct Report: Sendable {
  /// The address of the API server.
  package let server: String
  /// The findings by check, the most severe of each first.
  package let findings: [Finding]

  init(server: String, findings: [Finding]) {
    self.server = server
    let order = Dictionary(uniqueKeysWithValues: Check.allCases.enumerated().map { ($1, $0) })
    self.findings = findings.enumerated().sorted { one, other in
      let (left, right) = (order[one.element.check] ?? 0, order[other.element.check] ?? 0)
      if left != right { return left < right }
      if one.element.severity != other.element.severity { return one.element.severity > other.element.severity }
      return one.offset < other.offset
    }.map(\.element)
  }

  /// The most severe severity of all findings.
  package var worst: Severity { findings.map(\.severity).max() ?? .ok }

  /// Returns the number of findings of a severity.
  package func count(of severity: Severity) -> Int { findings.count { $0.severity == severity } }

  /// Returns the report as a JSON object.
  ///
  /// - Parameter version: the version of the program.
  package func json(by version: String) -> [UInt8] {
    var counts = JSONObject()
    for severity in Severity.allCases { counts[severity.rawValue] = .integer(Int64(count(of: severity))) }
    return JSONWriter.bytes(of: [
      "schema": 1, "raymesh": .string(version), "server": .string(server), "worst": .string(worst.rawValue),
      "counts": .object(counts), "findings": .array(findings.map(\.value)),
    ])
  }
}

extension Finding {
  fileprivate var value: JSONValue {
    [
      "check": .string(check.rawValue), "severity": .string(severity.rawValue), "subject": .string(subject),
      "found": .string(found), "fix": fix.map(JSONValue.string) ?? .null,
    ]
  }
}

/// How severe a finding is, the least severe first.
package enum Severity: String, CaseIterable, Comparable, Sendable {
  /// Everything is as it should be.
  case ok
  /// Worth knowing; no action is needed.
  case notice
  /// Something will not work as expected, or could not be checked.
  case warning
  /// Something does not work.
  case failure

  /// Whether one is less severe.
  package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

  private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
}

/// The checks, in the order of the report. Their names are part of the JSON output and do not change.
package enum Check: String, CaseIterable, Sendable {
  case kubernetes
  case rayAPI = "ray-api"
  case webhooks
  case authority = "ca-bundle"
  case certificate
  case webhookService = "webhook-service"
  case dryRun = "dry-run"
  case namespaces
  case clusters = "rayclusters"
  case services
  case controller
  case kubeRay = "kuberay"
  case strictTLS = "strict-mtls"
}

/// The result of one check of one object.
package struct Finding: Hashable, Sendable {
  /// The check.
  package let check: Check
  /// How severe it is.
  package let severity: Severity
  /// What was checked, such as `namespace ray`.
  package let subject: String
  /// What was found, a sentence without its full stop.
  package let found: String
  /// How to fix it: a command, or a field to change; `nil` if no action is needed.
  package let fix: String?

  init(_ check: Check, _ severity: Severity, _ subject: String, _ found: String, fix: String? = nil) {
    (self.check, self.severity, self.subject, self.found, self.fix) = (check, severity, subject, found, fix)
  }
}

extension Report {
  /// Returns the report as text, a hundred characters wide.
  package func text(in style: TextStyle) -> String {
    var table = TextTable(["SEVERITY": 8, "CHECK": 15, "FOUND": 0])
    for finding in findings {
      table.add(
        .init(finding.severity.rawValue, finding.severity.tone), .init(finding.check.rawValue),
        .init("\(finding.subject): \(finding.found)"))
      if let fix = finding.fix { table.add(.init(""), .init(""), .init("fix: \(fix)", .user)) }
    }
    let lines =
      ["Raymesh in the cluster of API server \(server)".withoutControls, ""] + table.lines(in: style) + ["", summary]
    return lines.joined(separator: "\n") + "\n"
  }

  private var summary: String {
    let counts = Severity.allCases.reversed().filter { $0 > .ok && count(of: $0) > 0 }.map { severity in
      "\(count(of: severity)) \(severity.rawValue)\(count(of: severity) == 1 ? "" : "s")"
    }
    return counts.isEmpty ? "No problems found." : "\(counts.joined(separator: ", "))."
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
