/// KubeRay's annotation for pods whose own command runs `$KUBERAY_GEN_RAY_START_CMD`. The shell does not evaluate the
/// contents of that variable again, so `ray start` would get a node address as the words that it is made of.
enum OverwrittenCommand {
  /// On the cluster or on a group's pod template (`isOverwriteRayContainerCmd` and `BuildPod`, `common/pod.go`).
  static let annotation: StaticString = "ray.io/overwrite-container-cmd"

  /// Whether a value means yes: KubeRay takes `true` in any case of letters.
  static func isAsked(by value: String?) -> Bool {
    guard let value, value.utf8.count == 4 else { return false }
    return value.lowercased() == "true"
  }
}
