internal import Glibc
internal import HTTP
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// How the servers of one process run and end.
struct ServerLifecycle {
  /// How long the webhook goes on after the first signal.
  private let delay: Duration
  /// How long ending may take in all.
  private let timeout: Duration
  private let log: Logger

  init(_ settings: ServerSettings, log: Logger) {
    (delay, timeout, self.log) = (settings.drainDelay, settings.drainTimeout, log)
  }

  /// Runs the webhook until a signal, and until it has ended the admin listener and the watch of the certificate.
  func run(_ webhook: HTTPServer, beside admin: HTTPServer, _ watch: CertificateWatch) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await watch.run() }
      group.addTask { try await run(webhook, beside: admin) }
      // The servers end, or the watch cannot go on.
      try await group.next()
      group.cancelAll()
    }
  }

  private func run(_ webhook: HTTPServer, beside admin: HTTPServer) async throws {
    let services: [any Service] = [
      ServerService(server: admin) { admin.drain() },
      ServerService(server: webhook) { [self] in
        leaveSignalsToTheKernel()
        log.notice("draining", metadata: ["delay": "\(delay)", "timeout": "\(timeout)"])
        webhook.drain(for: delay)
      },
    ]
    var quiet = log
    quiet.logLevel = .warning
    // It ends its services one after the other, the last first.
    var configuration = ServiceGroupConfiguration(
      services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
      gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
    configuration.maximumGracefulShutdownDuration = timeout
    try await ServiceGroup(configuration: configuration).run()
  }

  /// A second signal ends the process at once, as if it had never asked for signals.
  private func leaveSignalsToTheKernel() {
    for number in [SIGTERM, SIGINT] { _ = signal(number, SIG_DFL) }
  }
}

/// An HTTP server as ServiceLifecycle runs it.
private struct ServerService: Service {
  let server: HTTPServer
  let drain: @Sendable () -> Void

  func run() async {
    await withGracefulShutdownHandler {
      await server.run()
    } onGracefulShutdown: {
      drain()
    }
  }
}
