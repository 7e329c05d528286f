internal import JSON

/// All findings of an examination.
public struct Report: Sendable {
  /// Where the API server is.
  public let server: String
  /// By check, the gravest of each first.
  public let findings: [Finding]

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

  /// The gravest severity.
  public var worst: Severity { findings.map(\.severity).max() ?? .ok }

  /// How many findings are of a severity.
  public func count(of severity: Severity) -> Int { findings.count { $0.severity == severity } }

  /// The report as a JSON object.
  ///
  /// - Parameter version: the program's.
  public func json(by version: String) -> [UInt8] {
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
