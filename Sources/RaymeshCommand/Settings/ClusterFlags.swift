internal import ArgumentParser
internal import Controller
internal import Glibc
internal import Kubernetes
internal import Manifests
internal import RayPlan

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

/// How replicas agree on who applies.
struct ControllerFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The Lease's name. (default: raymesh)", valueName: "name"))
  var lease: String?

  /// The flags that somebody has given, with their values.
  var given: [(flag: String, value: String)] { Setting.given([("lease", lease)]) }

  /// What the controller is told.
  func settings(in namespace: String, options: PlanOptions) -> RayClusterController.Settings {
    RayClusterController.Settings(
      namespace: namespace, lease: Setting.text(lease, flag: "lease") ?? "raymesh",
      identity: ControllerFlags.identity, options: options)
  }

  /// The pod's name, and what tells this process from the one that ran in the pod before.
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
