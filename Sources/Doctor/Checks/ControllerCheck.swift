internal import Transport

/// Whether somebody applies Services.
enum ControllerCheck {
  /// For how long a holder may be silent: it renews every 2 s, and clocks of two machines differ.
  static let silence = 60

  static func findings(_ seen: Observation) -> [Finding] {
    let subject = "Lease \(seen.system)/\(seen.lease)"
    switch seen.leaseState {
    case .hidden: return []
    case .absent:
      guard seen.hasController == true else {
        return [
          Finding(
            .controller, .notice, subject, "there is none: no controller of Raymesh's applies Services",
            fix: "components/controller in the overlay; or Metacontroller, or raymesh render")
        ]
      }
      return [silent(subject, "there is none, so no replica has come to lead", .failure, seen)]
    case .there(let lease): return [finding(subject, lease, seen)]
    }
  }

  private static func finding(_ subject: String, _ lease: LeaseState, _ seen: Observation) -> Finding {
    let severity: Severity = seen.hasController == false ? .notice : .failure
    guard !lease.holder.isEmpty else { return silent(subject, "nobody holds it", severity, seen) }
    // Texts of one form in one zone are in the order of the times.
    guard lease.renewed.prefix(19) >= RFC3339.text(at: seen.second - silence).prefix(19) else {
      return silent(subject, "\(lease.holder) holds it, and has been silent since \(lease.renewed)", severity, seen)
    }
    return Finding(.controller, .ok, subject, "\(lease.holder) leads")
  }

  private static func silent(_ subject: String, _ found: String, _ severity: Severity, _ seen: Observation) -> Finding {
    Finding(
      .controller, severity, subject, "\(found): Services are not applied",
      fix:
        "kubectl -n \(seen.system) logs -l app.kubernetes.io/name=raymesh; its right to Leases, and the way to the API server"
    )
  }
}
