internal import HTTP
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
