internal import ArgumentParser
internal import Controller
internal import HTTP
internal import Logging
internal import Metrics
internal import RayPlan
internal import Telemetry
internal import TLS
internal import Transport
internal import Webhook

/// `raymesh serve`: runs the webhook and its admin listener until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves the admission webhook over HTTPS.",
    discussion: """
      POST /mutate answers the AdmissionReview of a RayCluster with a JSON Patch. POST /service answers a RayCluster \
      with its headless Service, and POST /sync does the same for Metacontroller. With --controller, the leader of the \
      replicas also applies the Services of managed RayClusters. With --certificates self-managed, the server creates \
      its certificates, keeps them in a Secret, and writes their CA to caBundle. The admin listener serves GET /livez, \
      /readyz and /metrics over plain HTTP.

      SIGTERM and SIGINT start a graceful shutdown with exit code 0. The server keeps serving for --drain-delay, then \
      accepts no new connections, answers requests in progress, and tells later ones to retry with another replica. A \
      second signal ends the process at once.

      Example:
        raymesh serve --tls-certificate certs/tls.crt --tls-key certs/tls.key
      """)

  @OptionGroup(title: "Server options")
  var server: ServerFlags

  @OptionGroup(title: "Certificate options")
  var certificates: CertificateFlags

  @OptionGroup(title: "Limits")
  var limits: LimitFlags

  @Flag(help: "Run the controller too: apply the Services of managed RayClusters.")
  var controller = false

  @OptionGroup(title: "API server options")
  var cluster: ClusterFlags

  @OptionGroup(title: "Controller options")
  var control: ControllerFlags

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  /// Checks the settings early only if nothing is missing: an unknown flag is the more likely mistake.
  func validate() throws {
    let isSelfManaged = try certificates.isSelfManaged
    if isSelfManaged || server.files.count == 2 { _ = try server.settings() }
    try certificates.check(server)
    if try isControlling { return }
    if let (flag, value) = control.given.first {
      throw ValidationError("--\(flag): found '\(value)' without --controller, which it requires")
    }
    guard !isSelfManaged, let (flag, value) = cluster.given.first else { return }
    throw ValidationError(
      "--\(flag): found '\(value)' without --controller or --certificates self-managed, one of which it requires")
  }

  private var isControlling: Bool {
    get throws {
      if controller { return true }
      return try Setting.value(nil, flag: "controller", expected: "true or false", otherwise: false) { Bool($0) }
    }
  }

  func run() async throws {
    ProcessLimits.raise()
    let settings = try server.settings()
    let options = try plan.options()
    let allowed = try limits.limits()
    let stated = try limits.statedBudget(for: allowed.body)
    let memory = MemoryPlan(stated: stated, for: allowed, isControlling: try isControlling)
    let metrics = PrometheusMetrics(help: MetricsTexts.serve, bounds: MetricsHelp.bounds)
    MetricsSystem.bootstrap(metrics)
    LoggingSystem.bootstrap { LineLogHandler(label: $0, format: settings.logFormat, level: settings.logLevel) }
    try await refusing {
      try await serve(settings, memory.divided(allowed), options, metrics) { memory.tell($0, allowed: allowed.body) }
    }
  }

  private func serve(
    _ settings: ServerSettings, _ limits: HTTPLimits, _ options: PlanOptions, _ metrics: PrometheusMetrics,
    tell: (Logger) -> Void
  ) async throws {
    let log = Logger(label: "raymesh")
    // The admin listener has its own loop, so that it answers while the webhook is busy or draining.
    let (loops, adminLoops) = (try EventLoopGroup(count: settings.threads), try EventLoopGroup(count: 1))
    let served = try certificate(settings, options, on: adminLoops.first, log)
    let shares = DescriptorShares(of: ProcessLimits.freeDescriptors, wanted: limits.connections)
    let webhook = try HTTPServer(
      "webhook", at: settings.listen, tls: { () throws(TLSError) in try served.certificate.context }, on: loops,
      responder: Router.webhook(options: options, log: log), limits: limits.allowing(shares.webhook), log: log)
    let health = Health(of: webhook, on: loops, served.ready, askedFrom: adminLoops.first)
    let controller = try isControlling ? ControllerService(control, of: cluster, options: options, log: log) : nil
    let probes = probes(health, controller, metrics, askedFrom: adminLoops.first)
    let admin = try HTTPServer(
      "admin", at: settings.adminListen, tls: nil, on: adminLoops, responder: probes,
      limits: .admin(connections: shares.admin), log: log)
    // Log only after everything has been set up, so that an error is the only line.
    served.tell()
    tell(log)
    shares.tell(wanted: limits.connections, log)
    try await ServerLifecycle(settings, at: settings.places(webhook, admin), log: log)
      .run(webhook, beside: admin, served, controller)
  }

  /// Creates the routes of the admin listener.
  private func probes(
    _ health: Health, _ controller: ControllerService?, _ metrics: PrometheusMetrics, askedFrom loop: EventLoop
  ) -> Router {
    let live = health.live + (controller.map { [$0.health(askedFrom: loop)] } ?? [])
    let process = ProcessMetrics(version: Raymesh.version, revision: Raymesh.revision)
    return Router.admin(live: live, ready: health.ready) { metrics.text + process.text }
  }

  /// Creates the serving certificate from the source that the flags name.
  private func certificate(
    _ settings: ServerSettings, _ options: PlanOptions, on loop: EventLoop, _ log: Logger
  ) throws -> ServedCertificate {
    let protocols = HTTPServer.protocols(http2: settings.http2)
    guard try certificates.isSelfManaged else {
      return try ServedCertificate(
        server.servingFiles(), clientNames: settings.clientNames, protocols: protocols, on: loop, log: log)
    }
    let access = try cluster.access()
    let kept = try certificates.settings(
      in: cluster.place(access), domain: options.clusterDomain, clientAuthority: server.clientAuthority)
    return try ServedCertificate(
      kept, access: access, clientNames: settings.clientNames, protocols: protocols, log: log)
  }
}

extension ServerSettings {
  /// The addresses of the servers, as log metadata.
  fileprivate func places(_ webhook: HTTPServer, _ admin: HTTPServer) -> Logger.Metadata {
    [
      "version": "\(Raymesh.version)", "webhook": "https://\(webhook.endpoint)", "admin": "http://\(admin.endpoint)",
      "threads": "\(threads)",
    ]
  }
}
