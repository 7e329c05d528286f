internal import Certificates
internal import Controller
internal import HTTP
internal import Kubernetes
internal import Transport
internal import Webhook

/// What must be so for the process to live, and to be sent requests.
///
/// Red only where a request would fail now: a worry about tomorrow, such as a certificate that soon ends, must not take
/// every replica down at once.
struct Health {
  let live: [HealthCheck]
  let ready: [HealthCheck]

  /// - Parameters:
  ///   - certificate: what must be so of the serving certificate.
  ///   - loop: where to wait for the webhook's loops: one that is not theirs.
  init(of webhook: HTTPServer, on loops: EventLoopGroup, _ certificate: [HealthCheck], askedFrom loop: EventLoop) {
    let answers = HealthCheck.answers(of: loops, askedFrom: loop)
    live = [answers]
    ready = certificate + [answers, HealthCheck("serving") { webhook.isLeaving ? "the server drains" : nil }]
  }
}

extension HealthCheck {
  /// Whether each of some loops comes to the end of a job within `patience`, however many wait.
  ///
  /// - Parameter loop: where to wait for them: one that is not theirs.
  static func answers(_ name: String = "loops", of loops: EventLoopGroup, askedFrom loop: EventLoop) -> HealthCheck {
    HealthCheck(name) {
      await loops.isAlive(within: patience, askedFrom: loop) ? nil : "an event loop does not answer"
    }
  }

  /// Below the second that kubelet gives a probe.
  private static let patience = Duration.milliseconds(800)
}

extension HTTPLimits {
  /// Limits of the admin listener: probes must get in, though somebody opens connections and leaves them.
  ///
  /// - Parameter connections: how many descriptors allow.
  static func admin(connections: Int) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.body = 1024
    limits.memory = MemoryShares(of: 8 << 20, largestBody: limits.body)
    limits.connections = connections
    // A crowd of one address leaves room for others.
    limits.connectionsPerAddress = max(1, connections * 3 / 4)
    return limits
  }

  /// The same limits with so many connections.
  func allowing(_ connections: Int) -> HTTPLimits {
    var limits = self
    limits.connections = connections
    return limits
  }
}

/// What all metrics of a command mean.
enum MetricsTexts {
  /// Of `raymesh serve`.
  static let serve = merged([
    MetricsHelp.texts, CertificateNews.help, AuthorityMetrics.help, ControllerMetrics.help, WatchMetrics.help,
  ])
  /// Of `raymesh control`.
  static let control = merged([MetricsHelp.texts, ControllerMetrics.help, WatchMetrics.help])

  private static func merged(_ texts: [[String: String]]) -> [String: String] {
    texts.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
  }
}
