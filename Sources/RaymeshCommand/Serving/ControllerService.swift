internal import Controller
internal import Kubernetes
internal import Logging
internal import RayPlan
internal import ServiceLifecycle
internal import Transport
internal import Webhook

/// The controller as ServiceLifecycle runs it, on a loop of its own: what it waits for holds up no admission.
struct ControllerService: Service {
  private let controller: RayClusterController
  /// Keeps the loop's thread.
  private let loops: EventLoopGroup

  init(_ flags: ControllerFlags, of cluster: ClusterFlags, options: PlanOptions, log: Logger) throws {
    let access = try cluster.access()
    loops = try EventLoopGroup(count: 1)
    let settings = flags.settings(in: cluster.place(access), options: options)
    controller = RayClusterController(settings, access: access, clock: .system, on: loops.first, log: log)
    log.notice(
      "controlling",
      metadata: [
        "server": "\(access.endpoint)", "lease": "\(settings.namespace)/\(settings.lease)",
        "identity": "\(settings.identity)",
      ])
  }

  func run() async {
    await withGracefulShutdownHandler {
      await controller.run()
      // A service that ends before it is its turn is taken for one that has failed, and everything else is broken off.
      try? await gracefulShutdown()
    } onGracefulShutdown: {
      controller.drain()
    }
  }

  /// Whether its loop answers.
  ///
  /// - Parameter loop: where to wait for it: another one.
  func health(askedFrom loop: EventLoop) -> HealthCheck {
    .answers("controller", of: loops, askedFrom: loop)
  }

  /// Whether it could act: it has read everything that it decides by.
  var readiness: HealthCheck { HealthCheck("watches") { controller.obstacle } }

  /// Begins to end, whatever else still runs.
  func drain() { controller.drain() }
}
