internal import ArgumentParser
internal import Kubernetes

/// How to reach the API server, and where what Raymesh keeps there is.
struct ClusterFlags: ParsableArguments {
  @OptionGroup
  var server: AccessFlags

  @Option(
    help: ArgumentHelp(
      "Where the Lease and the Secret are that replicas share. (default: the pod's own, or the context's)",
      valueName: "name"))
  var namespace: String?

  /// The flags that somebody has given, with their values.
  var given: [(flag: String, value: String)] {
    Setting.given([("kubeconfig", server.kubeconfig), ("context", server.context), ("namespace", namespace)])
  }

  /// How to reach the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError`, which say what is wrong with which file.
  func access() throws -> ClusterAccess { try server.access() }

  /// The namespace to work in.
  func place(_ access: ClusterAccess) -> String {
    Setting.text(namespace, flag: "namespace") ?? access.namespace ?? "default"
  }
}
