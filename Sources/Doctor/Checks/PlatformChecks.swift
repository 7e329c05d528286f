internal import Names
internal import RayPlan

/// Whether the API server knows all that the webhook configuration asks of it.
enum KubernetesCheck {
  /// Below it, `matchConditions` are dropped without a word (`MutatingWebhook`, beta and on by default).
  static let conditions = KubernetesVersion(minor: 28)

  static func findings(_ seen: Observation) -> [Finding] {
    guard let version = seen.version.value else { return [] }
    let subject = "Kubernetes \(version)"
    guard version >= KubernetesVersion(minor: 20) else {
      return [
        Finding(
          .kubernetes, .warning, subject, "is older than any that Raymesh is tried with",
          fix: "Kubernetes 1.20 or later")
      ]
    }
    if version < conditions {
      return [
        Finding(
          .kubernetes, .ok, subject,
          "knows no matchConditions, so each update of a RayCluster is asked about; manifests/overlays/kubernetes-1.20 "
            + "and components/kubernetes-1.21 are for it")
      ]
    }
    return [finding(subject, seen.configuration.value?.entries ?? [])]
  }

  private static func finding(_ subject: String, _ entries: [WebhookConfiguration.Entry]) -> Finding {
    guard entries.contains(where: { !$0.hasConditions && $0.isAsked(about: "rayclusters", when: "UPDATE") }) else {
      return Finding(.kubernetes, .ok, subject, "knows all that the manifests ask for")
    }
    return Finding(
      .kubernetes, .notice, subject,
      "knows matchConditions, and the configuration has none: each update of a RayCluster is asked about",
      fix: "apply an overlay without components/kubernetes-1.21")
  }
}

/// Whether the API server knows RayClusters.
enum RayAPICheck {
  static func findings(_ seen: Observation) -> [Finding] {
    switch seen.rayVersions {
    case .hidden: return []
    case .absent:
      return [
        Finding(
          .rayAPI, .failure, APIGroup.ray, "the API server knows no RayCluster",
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
          "served as \(versions.joined(separator: ", ")), which Raymesh is not asked about",
          fix: "upgrade Raymesh")
      ]
    }
  }
}

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
