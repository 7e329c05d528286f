internal import Metrics

/// The metrics of self-managed certificates.
package enum AuthorityMetrics {
  static let notAfter = "raymesh_authority_not_after_timestamp_seconds"
  static let verified = "raymesh_ca_bundle_verified"
  static let repairs = "raymesh_ca_bundle_repairs_total"
  static let rotations = "raymesh_certificate_rotations_total"
  static let errors = "raymesh_certificate_errors_total"

  /// The help texts of the metrics, by name.
  package static let help = [
    notAfter: "When the signing authority expires, in seconds since 1970.",
    verified: "Whether the serving certificate verifies against every caBundle: 1 or 0.",
    repairs: "Writes of the authorities into caBundles by this replica.",
    rotations: "Writes to the Secret by this replica, by step.",
    errors: "Failures, by where: secret, configuration or certificate.",
  ]
}

/// Where something failed.
enum TroubleSpot: String, CaseIterable, Sendable {
  /// Reading or writing the Secret, or its contents.
  case secret
  /// Reading or writing the webhook configuration.
  case configuration
  /// Serving with what the Secret holds.
  case certificate
}

/// Counts what happens to certificates. Every series exists from the start.
struct AuthorityCounts: Sendable {
  private let notAfter = Gauge(label: AuthorityMetrics.notAfter)
  private let repairs = Counter(label: AuthorityMetrics.repairs)
  private let rotations: [RotationStep: Counter]
  private let errors: [TroubleSpot: Counter]

  init() {
    rotations = AuthorityCounts.each(RotationStep.allCases) {
      Counter(label: AuthorityMetrics.rotations, dimensions: [("step", $0.rawValue)])
    }
    errors = AuthorityCounts.each(TroubleSpot.allCases) {
      Counter(label: AuthorityMetrics.errors, dimensions: [("where", $0.rawValue)])
    }
  }

  func record(notAfter second: Int) { notAfter.record(second) }
  func countRepair() { repairs.increment() }
  func count(_ step: RotationStep) { rotations[step]?.increment() }
  func count(_ spot: TroubleSpot) { errors[spot]?.increment() }

  private static func each<Key: Hashable>(_ keys: [Key], _ make: (Key) -> Counter) -> [Key: Counter] {
    Dictionary(keys.map { ($0, make($0)) }) { first, _ in first }
  }
}
