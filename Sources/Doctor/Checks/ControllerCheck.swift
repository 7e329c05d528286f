internal import Dates
internal import TLS

/// Whether somebody applies Services.
enum ControllerCheck {
  /// For how long a holder may be silent: it renews every 2 s, and clocks of two machines differ.
  static let silence = 60

  static func findings(_ seen: Observation) -> [Finding] {
    lease(seen) + twice(seen)
  }

  private static func lease(_ seen: Observation) -> [Finding] {
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
    guard lease.renewed.prefix(19) >= UTCTime(secondsSince1970: seen.second - silence).rfc3339.prefix(19) else {
      return silent(subject, "\(lease.holder) holds it, and has been silent since \(lease.renewed)", severity, seen)
    }
    return Finding(.controller, .ok, subject, "\(lease.holder) leads")
  }

  private static func silent(_ subject: String, _ found: String, _ severity: Severity, _ seen: Observation) -> Finding {
    let controllers = seen.controllers
    let idle = controllers.filter { $0.ready == 0 }.map { ", and Deployment \($0.name) has no replica that is ready" }
    let logs =
      controllers.isEmpty ? ["-l app.kubernetes.io/part-of=raymesh"] : controllers.map { "deployment/\($0.name)" }
    let commands = logs.map { "kubectl -n \(seen.system) logs \($0)" }
    return Finding(
      .controller, severity, subject, "\(found)\(idle.joined()): Services are not applied",
      fix: "\(commands.joined(separator: "; ")); its right to Leases, and the way to the API server")
  }

  /// A webhook that kept the controller beside one that is apart: it needs rights that it should not have.
  private static func twice(_ seen: Observation) -> [Finding] {
    guard let apart = seen.controllers.first(where: { !$0.isWebhook }) else { return [] }
    return seen.controllers.filter(\.isWebhook).map { both in
      Finding(
        .controller, .notice, "Deployment \(both.name)", "has the controller too, beside Deployment \(apart.name)",
        fix: "remove RAYMESH_CONTROLLER or --controller from it, and the controller's rights from its account")
    }
  }
}
