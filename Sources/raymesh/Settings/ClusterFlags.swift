internal import ArgumentParser
internal import Glibc
internal import Kubernetes
internal import Manifests

/// How to reach the API server, and where what Raymesh keeps there is.
struct ClusterFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to reach the API server, as kubectl has it. (default: as the pod's service account)", valueName: "file"))
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The kubeconfig's context. (default: its current one)", valueName: "name"))
  var context: String?

  @Option(
    help: ArgumentHelp(
      "Where the Lease and the Secret are that replicas share. (default: the pod's own, or the context's)",
      valueName: "name"))
  var namespace: String?

  /// The flags that somebody has given, with their values.
  var given: [(flag: String, value: String)] {
    Setting.given([("kubeconfig", kubeconfig), ("context", context), ("namespace", namespace)])
  }

  /// How to reach the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError`, which say what is wrong with which file.
  func access() throws -> ClusterAccess {
    guard let path = Setting.text(kubeconfig, flag: "kubeconfig") else {
      return try ClusterAccess.inCluster { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
    }
    let value = try YAMLDocument(Files.read(path), named: path).value
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let isBare = !path.contains("/")
    return try Kubeconfig(value, in: isBare ? "." : folder).access(context: Setting.text(context, flag: "context"))
  }

  /// The namespace to work in.
  func place(_ access: ClusterAccess) -> String {
    Setting.text(namespace, flag: "namespace") ?? access.namespace ?? "default"
  }
}
