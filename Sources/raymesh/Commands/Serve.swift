internal import ArgumentParser
internal import HTTP
internal import Logging
internal import Metrics
internal import RayMesh
internal import ServiceLifecycle
internal import Telemetry
internal import Transport
internal import UnixSignals
internal import Webhook

/// `raymesh serve`: the webhook and its admin listener, until SIGTERM.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves the admission webhook and the companion over HTTPS.",
    discussion: """
      POST /mutate answers AdmissionReviews of RayClusters with a JSON Patch. POST /service answers a RayCluster with \
      its headless Service. The admin listener speaks plain HTTP: GET /livez, /readyz and /metrics.

      SIGTERM and SIGINT end it gracefully: nothing new is accepted, what is in flight is answered, exit code 0.

      Example:
        raymesh serve --tls-certificate certs/tls.crt --tls-key certs/tls.key
      """)

  @OptionGroup(title: "Server options")
  var server: ServerFlags

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  /// Before anything else only where nothing is missing: a flag that is not known is the likelier mistake.
  func validate() throws { if server.namesFiles { _ = try server.settings() } }

  func run() async throws {
    let settings = try server.settings()
    let options = try plan.options()
    let metrics = PrometheusMetrics(help: MetricsHelp.texts)
    MetricsSystem.bootstrap(metrics)
    LoggingSystem.bootstrap { LineLogHandler(label: $0, format: settings.logFormat, level: settings.logLevel) }
    try await refusing { try await serve(settings, options, metrics) }
  }

  private func serve(_ settings: ServerSettings, _ options: PlanOptions, _ metrics: PrometheusMetrics) async throws {
    let log = Logger(label: "raymesh")
    let tls = try TLSContext(server: settings.identity(), protocols: HTTPServer.protocols(http2: settings.http2))
    let webhook = try HTTPServer(
      at: settings.listen, tls: tls, on: EventLoopGroup(count: settings.threads),
      responder: Router.webhook(options: options, log: log), log: log)
    // On a loop of its own, so that a busy or draining webhook does not keep it from saying so.
    let admin = try HTTPServer(
      at: settings.adminListen, tls: nil, on: EventLoopGroup(count: 1),
      responder: Router.admin(readiness: { .ready }, metrics: { metrics.text }), log: log)
    log.notice(
      "serving",
      metadata: [
        "version": "\(Raymesh.version)", "webhook": "https://\(webhook.endpoint)",
        "admin": "http://\(admin.endpoint)", "threads": "\(settings.threads)",
      ])
    try await run([admin, webhook], log: log)
    log.notice("stopped")
  }

  /// Runs the servers until a signal, and then ends them in the opposite order.
  private func run(_ servers: [HTTPServer], log: Logger) async throws {
    var quiet = log
    quiet.logLevel = .warning
    var configuration = ServiceGroupConfiguration(
      services: servers.map(ServerService.init), gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumGracefulShutdownDuration = Serve.longestDrain
    try await ServiceGroup(configuration: configuration).run()
  }

  /// Below the 30 s after which Kubernetes kills a pod that was told to end.
  private static let longestDrain = Duration.seconds(25)
}

/// An HTTP server as ServiceLifecycle runs it.
private struct ServerService: Service {
  let server: HTTPServer

  func run() async {
    await withGracefulShutdownHandler {
      await server.run()
    } onGracefulShutdown: {
      server.drain()
    }
  }
}
