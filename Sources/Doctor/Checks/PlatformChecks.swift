internal import Names
internal import RayPlan

/// Checks that the API server supports everything that the webhook configuration uses.
enum KubernetesCheck {
  /// Older API servers silently drop `matchConditions` (`MutatingWebhook`, beta and on by default from this version).
  static let conditions = KubernetesVersion(minor: 28)

  static func findings(_ seen: Observation) -> [Finding] {
    guard let version = seen.version.value else { return [] }
    let subject = "Kubernetes \(version)"
    guard version >= KubernetesVersion(minor: 20) else {
      return [
        Finding(
          .kubernetes, .warning, subject, "is older than any version that Raymesh is tested with",
          fix: "upgrade to Kubernetes 1.20 or later")
      ]
    }
    if version < conditions {
      return [
        Finding(
          .kubernetes, .ok, subject,
          "does not support matchConditions, so the webhook is called for every RayCluster update; use "
            + "manifests/overlays/kubernetes-1.20 or components/kubernetes-1.21")
      ]
    }
    return [finding(subject, seen.configuration.value?.entries ?? [])]
  }

  private static func finding(_ subject: String, _ entries: [WebhookConfiguration.Entry]) -> Finding {
    guard entries.contains(where: { !$0.hasConditions && $0.isAsked(about: "rayclusters", when: "UPDATE") }) else {
      return Finding(.kubernetes, .ok, subject, "supports everything that the manifests use")
    }
    return Finding(
      .kubernetes, .notice, subject,
      "supports matchConditions, but the configuration has none: the webhook is called for every RayCluster update",
      fix: "apply an overlay without components/kubernetes-1.21")
  }
}

/// Checks that the API server serves RayClusters.
enum RayAPICheck {
  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.rayVersions {
    case .hidden: return []
    case .absent:
      return [
        Finding(
          .rayAPI, .failure, APIGroup.ray, "the API server does not serve RayClusters",
          fix: "install KubeRay and its CustomResourceDefinitions")
      ]
    case .there(let versions):
      let known = versions.filter { ["v1", "v1alpha1"].contains($0) }
      guard known.isEmpty else {
        return [Finding(.rayAPI, .ok, APIGroup.ray, "served as \(versions.joined(separator: ", "))")]
      }
      return [
        Finding(
          .rayAPI, .failure, APIGroup.ray,
          "served as \(versions.joined(separator: ", ")), none of which Raymesh supports",
          fix: "upgrade Raymesh")
      ]
    }
  }
}

/// Reports the version of the KubeRay operator, if its pod can be seen.
enum KubeRayCheck {
  static func findings(_ seen: Observation) -> [Finding] {
    guard let operators = seen.operators.value else { return [] }
    guard !operators.isEmpty else {
      return [
        Finding(
          .kubeRay, .notice, "KubeRay operator",
          "no pod has the label app.kubernetes.io/component=kuberay-operator: version unknown")
      ]
    }
    return operators.map { pod in
      let subject = "KubeRay operator \(pod.namespace)/\(pod.name)"
      guard let version = RayVersion(pod.tag.hasPrefix("v") ? String(pod.tag.dropFirst()) : pod.tag) else {
        return Finding(.kubeRay, .ok, subject, "version unknown: the image tag does not contain it")
      }
      guard version < RayVersion(major: 1, minor: 3) else {
        return Finding(.kubeRay, .ok, subject, "version \(version)")
      }
      return Finding(
        .kubeRay, .notice, subject,
        "version \(version): RayClusters of RayServices are left unchanged, because it would recreate them",
        fix: "upgrade to KubeRay 1.3 or later")
    }
  }
}
