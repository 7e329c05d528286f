import JSON
import RayPlan
import TestSupport
import Testing

/// The command that KubeRay's operator makes of a group for the shell of its pods (1.7, `common/pod.go`:
/// `setMissingRayStartParams`, `generateRayStartCommand`, `convertParamMap`).
struct RayStartLine {
  /// The whole line.
  let text: String
  /// What the line is made of.
  let parameters: [String: String]

  /// - Parameter group: the patched head group or worker group.
  init(of group: JSONValue, isHead: Bool) {
    var parameters: [String: String] = [
      "block": "true", "metrics-export-port": "8080", "dashboard-agent-listen-port": "52365",
    ]
    parameters[isHead ? "dashboard-host" : "address"] = isHead ? "0.0.0.0" : "demo-head-svc.ray.svc.cluster.local:6379"
    for member in group["rayStartParams"]?.members ?? [] { parameters[member.key] = member.value.string }
    self.parameters = parameters
    text = "ray start \(isHead ? "--head " : "")\(RayStartLine.flags(parameters))"
  }

  /// Sorted, unquoted, a space on either side; a truth value is a switch.
  private static func flags(_ parameters: [String: String]) -> String {
    parameters.sorted { $0.key < $1.key }.map { name, value in
      switch value.lowercased() {
      case "true": " --\(name) "
      case "false": ""
      default: " --\(name)=\(value) "
      }
    }.joined()
  }
}
