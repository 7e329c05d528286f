internal import RayPlan

/// Which KubeRay there is, where that can be seen.
enum KubeRayCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let operators = seen.operators.value else { return [] }
    guard !operators.isEmpty else {
      return [
        Finding(
          .kubeRay, .notice, "KubeRay operator",
          "no pod with app.kubernetes.io/component=kuberay-operator: not looked at")
      ]
    }
    return operators.map { pod in
      let subject = "KubeRay operator \(pod.namespace)/\(pod.name)"
      guard let version = RayVersion(pod.tag.hasPrefix("v") ? String(pod.tag.dropFirst()) : pod.tag) else {
        return Finding(.kubeRay, .ok, subject, "of a version that its image does not tell")
      }
      guard version < RayVersion(major: 1, minor: 3) else {
        return Finding(.kubeRay, .ok, subject, "version \(version)")
      }
      return Finding(
        .kubeRay, .notice, subject,
        "version \(version): RayClusters of RayServices are left alone, as it would make them anew",
        fix: "KubeRay 1.3 or later")
    }
  }
}
