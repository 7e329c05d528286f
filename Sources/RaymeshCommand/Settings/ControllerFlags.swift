internal import ArgumentParser
internal import Controller
internal import Glibc
internal import Kubernetes
internal import RayPlan

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
