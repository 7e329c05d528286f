internal import Controller
internal import Kubernetes
internal import Logging
internal import RayPlan
internal import Transport
internal import Webhook

/// Runs the controller on an event loop of its own, so that it cannot delay admission.
struct ControllerService {
  private let controller: RayClusterController
  /// Keeps the loop's thread alive.
  private let loops: EventLoopGroup

  init(_ flags: ControllerFlags, of cluster: ClusterFlags, options: PlanOptions, log: Logger) throws {
    let access = try cluster.access()
    loops = try EventLoopGroup(count: 1)
    let settings = flags.settings(in: cluster.place(access), options: options)
    controller = RayClusterController(settings, access: access, clock: .system, on: loops.first, log: log)
    log.notice(
      "starting controller",
      metadata: [
        "server": "\(access.endpoint)", "lease": "\(settings.namespace)/\(settings.lease)",
        "identity": "\(settings.identity)",
      ])
  }

  /// Runs until `drain`, or until the task is canceled.
  func run() async { await controller.run() }

  /// Returns a check that its event loop answers.
  ///
  /// - Parameter loop: the loop to wait on, which is another one.
  func health(askedFrom loop: EventLoop) -> HealthCheck {
    .answers("controller", of: loops, askedFrom: loop)
  }

  /// A check that it is ready: it has read everything that its decisions depend on.
  var readiness: HealthCheck { HealthCheck("watches") { controller.obstacle } }

  /// Starts the shutdown, whatever else still runs.
  func drain() { controller.drain() }
}
