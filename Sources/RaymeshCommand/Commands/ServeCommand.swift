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

/// `raymesh serve`: the webhook and its admin listener, until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves the admission webhook and the companion over HTTPS.",
    discussion: """
      POST /mutate answers AdmissionReviews of RayClusters with a JSON Patch. POST /service answers a RayCluster with \
      its headless Service, and POST /sync does so as Metacontroller asks. With --controller the Services of managed \
      RayClusters are applied, by one replica at a time. With --certificates self-managed it makes its own \
      certificates, keeps them in a Secret, and has API servers trust them. The admin listener speaks plain HTTP: GET /livez, /readyz and /metrics.

      SIGTERM and SIGINT end it gracefully, with exit code 0: for --drain-delay it goes on, then nothing new is \
      accepted, what is in flight is answered, and whoever asks late is told to ask another replica. A second signal \
      ends it at once.

      Example:
        raymesh serve --tls-certificate certs/tls.crt --tls-key certs/tls.key
      """)

  @OptionGroup(title: "Server options")
  var server: ServerFlags

  @OptionGroup(title: "Certificate options")
  var certificates: CertificateFlags

  @OptionGroup(title: "Limits")
  var limits: LimitFlags

  @Flag(help: "Apply the Services of managed RayClusters too.")
  var controller = false

  @OptionGroup(title: "API server options")
  var cluster: ClusterFlags

  @OptionGroup(title: "Controller options")
  var control: ControllerFlags

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  /// Before anything else only where nothing is missing: a flag that is not known is the likelier mistake.
  func validate() throws {
    let isSelfManaged = try certificates.isSelfManaged
    if isSelfManaged || server.files.count == 2 { _ = try server.settings() }
    try certificates.check(server)
    if try isControlling { return }
    if let (flag, value) = control.given.first {
      throw ValidationError("--\(flag): found '\(value)' without --controller, which is what it is for")
    }
    guard !isSelfManaged, let (flag, value) = cluster.given.first else { return }
    throw ValidationError(
      "--\(flag): found '\(value)' without --controller or --certificates self-managed, which are what it is for")
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
    // The admin listener has a loop of its own, so that a busy or draining webhook does not keep it from saying so.
    let (loops, adminLoops) = (try EventLoopGroup(count: settings.threads), try EventLoopGroup(count: 1))
    let served = try certificate(settings, options, on: adminLoops.first, log)
    let shares = DescriptorShares(of: ProcessLimits.freeDescriptors, wanted: limits.connections)
    let webhook = try HTTPServer(
      "webhook", at: settings.listen, tls: { () throws(TLSError) in try served.certificate.context }, on: loops,
      responder: Router.webhook(options: options, log: log), limits: limits.allowing(shares.webhook), log: log)
    let health = Health(of: webhook, on: loops, served.ready, askedFrom: adminLoops.first)
    let companion = try isControlling ? ControllerService(control, of: cluster, options: options, log: log) : nil
    let probes = probes(health, companion, metrics, askedFrom: adminLoops.first)
    let admin = try HTTPServer(
      "admin", at: settings.adminListen, tls: nil, on: adminLoops, responder: probes,
      limits: .admin(connections: shares.admin), log: log)
    // Not before everything is there: a refusal is a line by itself.
    served.tell()
    tell(log)
    shares.tell(wanted: limits.connections, log)
    try await ServerLifecycle(settings, at: settings.places(webhook, admin), log: log)
      .run(webhook, beside: admin, served, companion)
  }

  /// What the admin listener answers.
  private func probes(
    _ health: Health, _ companion: ControllerService?, _ metrics: PrometheusMetrics, askedFrom loop: EventLoop
  ) -> Router {
    let live = health.live + (companion.map { [$0.health(askedFrom: loop)] } ?? [])
    let process = ProcessMetrics(version: Raymesh.version, revision: Raymesh.revision)
    return Router.admin(live: live, ready: health.ready) { metrics.text + process.text }
  }

  /// What is served with, from where the flags say.
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
  /// Where the servers listen, as the log says it.
  fileprivate func places(_ webhook: HTTPServer, _ admin: HTTPServer) -> Logger.Metadata {
    [
      "version": "\(Raymesh.version)", "webhook": "https://\(webhook.endpoint)", "admin": "http://\(admin.endpoint)",
      "threads": "\(threads)",
    ]
  }
}
