internal import Glibc
internal import HTTP
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// How the servers of one process run and end, and what is said of it.
struct ServerLifecycle {
  /// How long the webhook goes on after the first signal.
  private let delay: Duration
  /// How long ending may take in all.
  private let timeout: Duration
  /// Where it serves, for the log.
  private let places: Logger.Metadata
  private let log: Logger

  init(_ settings: ServerSettings, at places: Logger.Metadata, log: Logger) {
    (delay, timeout, self.places, self.log) = (settings.drainDelay, settings.drainTimeout, places, log)
  }

  /// One without a webhook, whose end waits for nobody.
  init(at places: Logger.Metadata, log: Logger) {
    (delay, timeout, self.places, self.log) = (.zero, .seconds(25), places, log)
  }

  /// Runs the webhook until a signal, and until it has ended all that runs beside it.
  ///
  /// - Parameters:
  ///   - certificate: what it serves with, which is kept meanwhile.
  ///   - controller: what applies Services beside it, if anything does.
  func run(
    _ webhook: HTTPServer, beside admin: HTTPServer, _ certificate: ServedCertificate,
    _ controller: ControllerService?
  ) async throws {
    let serving = ServerService(server: webhook) { [self] in
      log.notice("draining", metadata: ["delay": "\(delay)", "timeout": "\(timeout)"])
      // Another replica need not wait for the webhook's end to lead.
      controller?.drain()
      webhook.drain(for: delay)
    }
    let companion: [any Service] = controller.map { [$0] } ?? []
    try await run(admin, companion + [serving]) { try await certificate.keep() }
  }

  /// Runs the controller until a signal, and until it has ended the admin listener.
  func run(_ controller: ControllerService, beside admin: HTTPServer) async throws {
    let leaving = FirstToEnd { [self] in log.notice("draining", metadata: ["timeout": "\(timeout)"]) }
    try await run(admin, [controller, leaving])
  }

  /// Runs services until a signal, and ends them one after the other, the last first, and the admin listener after all.
  ///
  /// - Parameter keep: what goes on as long as they do. Where it throws, all is broken off.
  private func run(
    _ admin: HTTPServer, _ services: [any Service], keep: (@Sendable () async throws -> Void)? = nil
  ) async throws {
    let signals = await SignalEnd()
    log.notice("serving", metadata: places)
    let first = ServerService(server: admin, begin: signals.servicesRun) { admin.drain() }
    let group = group(of: [first, FreeMemory()] + services)
    try await withThrowingTaskGroup { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask { await signals.end(group) }
      if let keep { tasks.addTask { try await keep() } }
      try await tasks.next()
      tasks.cancelAll()
    }
    log.notice("stopped")
  }

  private func group(of services: [any Service]) -> ServiceGroup {
    var quiet = log
    quiet.logLevel = .warning
    var configuration = ServiceGroupConfiguration(
      services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
      gracefulShutdownSignals: [], logger: quiet)
    configuration.maximumGracefulShutdownDuration = timeout
    return ServiceGroup(configuration: configuration)
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
  /// What comes first.
  var begin: @Sendable () -> Void = {}
  let drain: @Sendable () -> Void

  func run() async {
    begin()
    await withGracefulShutdownHandler {
      await server.run()
    } onGracefulShutdown: {
      drain()
    }
  }
}

/// Ends services at the first signal, and the process at the second.
///
/// From the second on the kernel's default action is in force, so that nothing that hangs is in its way. It may miss one:
/// Dispatch looks for signals with signalfd(2), and may take the second before the thread has run that the kernel would
/// end (Linux's `wants_signal` passes over a thread that is just being woken by another signal). So it is looked for here
/// too.
struct SignalEnd {
  private let signals: UnixSignalsSequence
  private let begun: AsyncStream<Never>
  private let begin: AsyncStream<Never>.Continuation

  /// Listens for signals. From now on none is lost.
  init() async {
    (begun, begin) = AsyncStream.makeStream()
    signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
  }

  /// Takes note that the services run: only then can they be ended.
  func servicesRun() { begin.finish() }

  /// Ends services at a signal, once they run.
  func end(_ services: ServiceGroup) async {
    for await _ in begun {}
    var isFirst = true
    for await signal in signals {
      guard isFirst else { return endProcess(by: signal) }
      isFirst = false
      for number in [SIGTERM, SIGINT] { _ = Glibc.signal(number, SIG_DFL) }
      await services.triggerGracefulShutdown()
    }
  }

  /// A signal to this very thread, which nobody else can take.
  private func endProcess(by signal: UnixSignal) {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, signal.rawValue)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    raise(signal.rawValue)
  }
}
