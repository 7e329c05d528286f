internal import Certificates
internal import Controller
internal import HTTP
internal import Kubernetes
internal import Transport
internal import Webhook

/// The health checks of the process: whether it is alive, and whether it is ready for requests.
///
/// A check fails only if a request would fail now. A future problem, such as a certificate that expires soon, must not
/// take down every replica at once.
struct Health {
  let live: [HealthCheck]
  let ready: [HealthCheck]

  /// - Parameters:
  ///   - certificate: the checks of the serving certificate.
  ///   - loop: the loop to wait on, which is not one of the webhook's.
  init(of webhook: HTTPServer, on loops: EventLoopGroup, _ certificate: [HealthCheck], askedFrom loop: EventLoop) {
    let answers = HealthCheck.answers(of: loops, askedFrom: loop)
    live = [answers]
    ready = certificate + [answers, HealthCheck("serving") { webhook.isLeaving ? "the server is draining" : nil }]
  }
}

extension HealthCheck {
  /// Returns a check that each of some event loops finishes a job within `patience`.
  ///
  /// - Parameter loop: the loop to wait on, which is not one of theirs.
  static func answers(_ name: String = "loops", of loops: EventLoopGroup, askedFrom loop: EventLoop) -> HealthCheck {
    HealthCheck(name) {
      await loops.isAlive(within: patience, askedFrom: loop) ? nil : "an event loop does not answer"
    }
  }

  /// The time limit, below the second that the kubelet gives a probe.
  private static let patience = Duration.milliseconds(800)
}

extension HTTPLimits {
  /// Returns the limits of the admin listener: probes must get in even if a client leaves connections open.
  ///
  /// - Parameter connections: the number of connections that file descriptors allow.
  static func admin(connections: Int) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.body = 1024
    limits.memory = MemoryShares(of: 8 << 20, largestBody: limits.body)
    limits.connections = connections
    // Connections from one address leave room for others.
    limits.connectionsPerAddress = max(1, connections * 3 / 4)
    return limits
  }

  /// Returns the same limits with another number of connections.
  func allowing(_ connections: Int) -> HTTPLimits {
    var limits = self
    limits.connections = connections
    return limits
  }
}

/// The help texts of a command's metrics.
enum MetricsTexts {
  /// The help texts of `raymesh serve`.
  static let serve = merged([
    MetricsHelp.texts, CertificateNews.help, AuthorityMetrics.help, ControllerMetrics.help, WatchMetrics.help,
  ])
  /// The help texts of `raymesh control`.
  static let control = merged([MetricsHelp.texts, ControllerMetrics.help, WatchMetrics.help])

  private static func merged(_ texts: [[String: String]]) -> [String: String] {
    texts.reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
  }
}
