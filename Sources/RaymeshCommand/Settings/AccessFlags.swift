internal import ArgumentParser
internal import Glibc
internal import Kubernetes
internal import Manifests

/// How to reach an API server.
struct AccessFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How to reach the API server, as kubectl has it. (default: as the pod's service account)", valueName: "file"),
    completion: .file())
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The kubeconfig's context. (default: its current one)", valueName: "name"))
  var context: String?

  /// How to reach the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError`, which say what is wrong with which file.
  func access() throws -> ClusterAccess {
    guard let path = Setting.text(kubeconfig, flag: "kubeconfig") else {
      return try ClusterAccess.inCluster { AccessFlags.variable($0) }
    }
    let value = try YAMLDocument(Files.read(path), named: path).value
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let isBare = !path.contains("/")
    return try Kubeconfig(value, in: isBare ? "." : folder).access(context: Setting.text(context, flag: "context"))
  }

  static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
