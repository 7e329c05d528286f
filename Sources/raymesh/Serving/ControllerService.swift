internal import Controller
internal import Kubernetes
internal import Logging
internal import RayMesh
internal import ServiceLifecycle
internal import Transport

/// The controller as ServiceLifecycle runs it, on a loop of its own: what it waits for holds up no admission.
struct ControllerService: Service {
  private let controller: Controller
  /// Keeps the loop's thread.
  private let loops: EventLoopGroup

  init(_ flags: ControllerFlags, options: PlanOptions, log: Logger) throws {
    let access = try flags.access()
    loops = try EventLoopGroup(count: 1)
    let settings = flags.settings(access, options: options)
    controller = Controller(settings, access: access, clock: .system, on: loops.first, log: log)
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
    } onGracefulShutdown: {
      controller.drain()
    }
  }

  /// Begins to end, whatever else still runs.
  func drain() { controller.drain() }
}
