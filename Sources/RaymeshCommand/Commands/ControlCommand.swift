internal import ArgumentParser
internal import Controller
internal import HTTP
internal import Logging
internal import Metrics
internal import Telemetry
internal import Transport
internal import Webhook

/// `raymesh control`: runs the controller without the webhook.
struct ControlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "control",
    abstract: "Runs the controller: applies the Services of managed RayClusters.",
    discussion: """
      Watches RayClusters in all namespaces, and applies the headless Service of each one with the annotation \
      raymesh.io/managed. Replicas elect a leader with a Lease, and only the leader applies Services. \
      `raymesh serve --controller` runs the controller beside the webhook. The admin listener serves GET /livez, \
      /readyz and /metrics.

      Example: with the cluster of your kubeconfig
        raymesh control --kubeconfig ~/.kube/config --namespace raymesh-system
      """)

  @OptionGroup(title: "API server options")
  var cluster: ClusterFlags

  @OptionGroup(title: "Controller options")
  var controller: ControllerFlags

  @Option(
    help: ArgumentHelp(
      "The address to serve /livez, /readyz and /metrics on, plain HTTP. (default: [::]:9090)", valueName: "host:port"))
  var adminListen: String?

  @OptionGroup
  var logging: LogFlags

  @OptionGroup(title: "Planning options")
  var plan: PlanFlags

  func run() async throws {
    ProcessLimits.raise()
    let listen = try ServerFlags.endpoint(adminListen, flag: "admin-listen", otherwise: 9090)
    let level = try logging.level()
    let format = try logging.format()
    let options = try plan.options()
    let metrics = PrometheusMetrics(help: MetricsTexts.control)
    MetricsSystem.bootstrap(metrics)
    LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, level: level) }
    try await refusing {
      let log = Logger(label: "raymesh")
      let service = try ControllerService(controller, of: cluster, options: options, log: log)
      let process = ProcessMetrics(version: Raymesh.version, revision: Raymesh.revision)
      let loops = try EventLoopGroup(count: 1)
      let health = [service.health(askedFrom: loops.first)]
      let probes = Router.admin(live: health, ready: health + [service.readiness]) { metrics.text + process.text }
      let shares = DescriptorShares(of: ProcessLimits.freeDescriptors, wanted: 0)
      let admin = try HTTPServer(
        "admin", at: listen, tls: nil, on: loops, responder: probes, limits: .admin(connections: shares.admin), log: log
      )
      let places: Logger.Metadata = ["version": "\(Raymesh.version)", "admin": "http://\(admin.endpoint)"]
      try await ServerLifecycle(at: places, log: log).run(service, beside: admin)
    }
  }
}
