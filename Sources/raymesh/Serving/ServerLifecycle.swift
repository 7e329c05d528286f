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

  /// One without a webhook, whose end waits for nobody.
  init(log: Logger) { (delay, timeout, self.log) = (.zero, .seconds(25), log) }

  /// Runs the webhook until a signal, and until it has ended all that runs beside it.
  ///
  /// - Parameters:
  ///   - certificate: what it serves with, which is kept meanwhile.
  ///   - controller: what applies Services beside it, if anything does.
  func run(
    _ webhook: HTTPServer, beside admin: HTTPServer, _ certificate: ServedCertificate,
    _ controller: ControllerService?
  ) async throws {
    try await withThrowingTaskGroup { group in
      group.addTask { try await certificate.keep() }
      group.addTask { try await run(webhook, beside: admin, controller) }
      // The servers end, or the certificate cannot be kept.
      try await group.next()
      group.cancelAll()
    }
  }

  /// Runs the controller until a signal, and until it has ended the admin listener.
  func run(_ controller: ControllerService, beside admin: HTTPServer) async throws {
    let leaving = FirstToEnd { [self] in
      leaveSignalsToTheKernel()
      log.notice("draining", metadata: ["timeout": "\(timeout)"])
    }
    try await run([ServerService(server: admin) { admin.drain() }, controller, leaving])
  }

  private func run(_ webhook: HTTPServer, beside admin: HTTPServer, _ controller: ControllerService?) async throws {
    let serving = ServerService(server: webhook) { [self] in
      leaveSignalsToTheKernel()
      log.notice("draining", metadata: ["delay": "\(delay)", "timeout": "\(timeout)"])
      // Another replica need not wait for the webhook's end to lead.
      controller?.drain()
      webhook.drain(for: delay)
    }
    var services: [any Service] = [ServerService(server: admin) { admin.drain() }]
    if let controller { services.append(controller) }
    try await run(services + [serving])
  }

  /// Runs services until a signal, and ends them one after the other, the last first.
  private func run(_ services: [any Service]) async throws {
    var quiet = log
    quiet.logLevel = .warning
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

/// What is done at a signal, before anything ends: the last of the services.
private struct FirstToEnd: Service {
  let leave: @Sendable () -> Void

  func run() async {
    try? await gracefulShutdown()
    leave()
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
