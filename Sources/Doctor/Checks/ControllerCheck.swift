internal import Dates
internal import TLS

/// Checks that a controller applies Services.
enum ControllerCheck {
  /// The seconds without a renewal that are tolerated: the holder renews every 2 s, but clocks of two machines differ.
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
            .controller, .notice, subject, "not found: no Raymesh controller applies Services",
            fix: "add components/controller to the overlay; or use Metacontroller, or raymesh render")
        ]
      }
      return [silent(subject, "not found: no replica has become the leader", .failure, seen)]
    case .there(let lease): return [finding(subject, lease, seen)]
    }
  }

  private static func finding(_ subject: String, _ lease: LeaseState, _ seen: Observation) -> Finding {
    let severity: Severity = seen.hasController == false ? .notice : .failure
    guard !lease.holder.isEmpty else { return silent(subject, "no replica holds it", severity, seen) }
    // Timestamps in one format and one time zone sort by time.
    guard lease.renewed.prefix(19) >= UTCTime(secondsSince1970: seen.second - silence).rfc3339.prefix(19) else {
      return silent(subject, "\(lease.holder) holds it, but last renewed it at \(lease.renewed)", severity, seen)
    }
    return Finding(.controller, .ok, subject, "\(lease.holder) is the leader")
  }

  private static func silent(_ subject: String, _ found: String, _ severity: Severity, _ seen: Observation) -> Finding {
    let controllers = seen.controllers
    let idle = controllers.filter { $0.ready == 0 }.map { ", and Deployment \($0.name) has no ready replica" }
    let logs =
      controllers.isEmpty ? ["-l app.kubernetes.io/part-of=raymesh"] : controllers.map { "deployment/\($0.name)" }
    let commands = logs.map { "kubectl -n \(seen.system) logs \($0)" }
    return Finding(
      .controller, severity, subject, "\(found)\(idle.joined()): Services are not applied",
      fix: "\(commands.joined(separator: "; ")); check its permission for Leases, and its connection to the API server")
  }

  /// Reports a webhook that also runs the controller although another Deployment does. It has too many permissions.
  private static func twice(_ seen: Observation) -> [Finding] {
    guard let apart = seen.controllers.first(where: { !$0.isWebhook }) else { return [] }
    return seen.controllers.filter(\.isWebhook).map { both in
      Finding(
        .controller, .notice, "Deployment \(both.name)", "also runs the controller, as Deployment \(apart.name) does",
        fix:
          "remove RAYMESH_CONTROLLER or --controller from it, and the controller's permissions from its service account"
      )
    }
  }
}
