internal import Controller
internal import Kubernetes
internal import Logging
internal import RayPlan
internal import ServiceLifecycle
internal import Transport
internal import Webhook

/// Runs the controller in ServiceLifecycle. It has its own event loop, so it cannot delay admission.
struct ControllerService: Service {
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

  func run() async {
    await withGracefulShutdownHandler {
      await controller.run()
      // A service that ends before its turn counts as failed, and stops all others.
      try? await gracefulShutdown()
    } onGracefulShutdown: {
      controller.drain()
    }
  }

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
