internal import Glibc
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

  /// - Parameter loop: where to wait for the webhook's loops: one that is not theirs.
  init(of webhook: HTTPServer, on loops: EventLoopGroup, _ certificate: ServingCertificate, askedFrom loop: EventLoop) {
    let answers = HealthCheck("loops") {
      await loops.isAlive(within: Health.patience, askedFrom: loop) ? nil : "an event loop does not answer"
    }
    live = [answers]
    ready = [
      HealthCheck("certificate") { certificate.facts.problem(at: time(nil)) },
      answers,
      HealthCheck("serving") { webhook.isLeaving ? "the server drains" : nil },
    ]
  }

  /// Below the second that kubelet gives a probe.
  static let patience = Duration.milliseconds(800)
}
