/// How grave a finding is, the least first.
public enum Severity: String, CaseIterable, Comparable, Sendable {
  /// As it should be.
  case ok
  /// Good to know; nothing need be done.
  case notice
  /// Something will not work as somebody expects, or could not be looked at.
  case warning
  /// Something does not work now.
  case failure

  /// Whether one is less grave.
  public static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }

  private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
}

/// What is looked at, in the order of the report. The words are part of the JSON output, and stay.
public enum Check: String, CaseIterable, Sendable {
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

/// One thing that was looked at, and what there is to say about it.
public struct Finding: Hashable, Sendable {
  /// Which check it is of.
  public let check: Check
  /// How grave it is.
  public let severity: Severity
  /// What was looked at, such as `namespace ray`.
  public let subject: String
  /// What was found, a sentence without its full stop.
  public let found: String
  /// What to do about it: a command, or a field to set; `nil` where nothing need be done.
  public let fix: String?

  init(_ check: Check, _ severity: Severity, _ subject: String, _ found: String, fix: String? = nil) {
    (self.check, self.severity, self.subject, self.found, self.fix) = (check, severity, subject, found, fix)
  }
}
