internal import ArgumentParser
internal import Controller
internal import Glibc
internal import Kubernetes
internal import Manifests
internal import RayPlan

/// The flags for the API server, and for the namespace of Raymesh's own objects.
struct ClusterFlags: ParsableArguments {
  @OptionGroup
  var server: AccessFlags

  @Option(
    help: ArgumentHelp(
      "The namespace of the Lease and the Secret. (default: the namespace of the pod, or of the context)",
      valueName: "name"))
  var namespace: String?

  /// The flags that are given, with their values.
  var given: [(flag: String, value: String)] {
    Setting.given([("kubeconfig", server.kubeconfig), ("context", server.context), ("namespace", namespace)])
  }

  /// How to reach the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError`, which say what is wrong with which file.
  func access() throws -> ClusterAccess { try server.access() }

  /// Returns the namespace of Raymesh's own objects.
  func place(_ access: ClusterAccess) -> String {
    Setting.text(namespace, flag: "namespace") ?? access.namespace ?? "default"
  }
}

/// The flags for the connection to an API server.
struct AccessFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The kubeconfig file of the API server. (default: the service account of the pod)", valueName: "file"),
    completion: .file())
  var kubeconfig: String?

  @Option(help: ArgumentHelp("The context in the kubeconfig. (default: the current one)", valueName: "name"))
  var context: String?

  /// Returns the address and credentials of the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError` naming the file and what is wrong with it.
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

/// The flags for leader election.
struct ControllerFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The name of the Lease. (default: raymesh)", valueName: "name"))
  var lease: String?

  /// The flags that are given, with their values.
  var given: [(flag: String, value: String)] { Setting.given([("lease", lease)]) }

  /// Returns the settings of the controller.
  func settings(in namespace: String, options: PlanOptions) -> RayClusterController.Settings {
    RayClusterController.Settings(
      namespace: namespace, lease: Setting.text(lease, flag: "lease") ?? "raymesh",
      identity: ControllerFlags.identity, options: options)
  }

  /// The pod's name, with a random suffix that differs after a restart.
  private static var identity: String {
    let name = unsafe getenv("HOSTNAME").map { unsafe String(cString: $0) } ?? "raymesh"
    return "\(name)_\(String(UInt64.random(in: .min ... .max), radix: 16))"
  }
}

extension WallClock {
  /// The machine's clock.
  static let system = WallClock {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return (now.tv_sec, now.tv_nsec)
  }
}
