internal import ArgumentParser
internal import Controller
internal import Glibc
internal import Kubernetes
internal import RayMesh

/// Where the controller finds its API server, and how replicas agree on who applies.
struct ControllerFlags: ParsableArguments {
  @OptionGroup
  var server: AccessFlags

  @Option(
    help: ArgumentHelp(
      "Where the Lease is by which replicas agree on who applies. (default: the pod's own, or the context's)",
      valueName: "name"))
  var namespace: String?

  @Option(help: ArgumentHelp("The Lease's name. (default: raymesh)", valueName: "name"))
  var lease: String?

  /// The flags that somebody has given, with their values.
  var given: [(flag: String, value: String)] {
    [
      ("kubeconfig", server.kubeconfig), ("context", server.context), ("namespace", namespace), ("lease", lease),
    ].compactMap { flag, value in Setting.text(value, flag: flag).map { (flag, $0) } }
  }

  /// How to reach the API server.
  ///
  /// - Throws: `ManifestError`, `SystemError` or `AccessError`, which say what is wrong with which file.
  func access() throws -> ClusterAccess { try server.access() }

  /// What the controller is told.
  func settings(_ access: ClusterAccess, options: PlanOptions) -> Controller.Settings {
    Controller.Settings(
      namespace: Setting.text(namespace, flag: "namespace") ?? access.namespace ?? "default",
      lease: Setting.text(lease, flag: "lease") ?? "raymesh", identity: ControllerFlags.identity, options: options)
  }

  /// The pod's name, and what tells this process from the one that ran in the pod before.
  private static var identity: String {
    "\(AccessFlags.variable("HOSTNAME") ?? "raymesh")_\(String(UInt64.random(in: .min ... .max), radix: 16))"
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
