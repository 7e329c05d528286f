internal import Glibc
internal import HTTP
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Runs the servers of one process until a signal, and shuts them down in order.
struct ServerLifecycle {
  /// How long the webhook keeps serving after the first signal.
  private let delay: Duration
  /// How long the shutdown may take in all.
  private let timeout: Duration
  /// The addresses of the servers, for the log.
  private let places: Logger.Metadata
  private let log: Logger

  init(_ settings: ServerSettings, at places: Logger.Metadata, log: Logger) {
    (delay, timeout, self.places, self.log) = (settings.drainDelay, settings.drainTimeout, places, log)
  }

  /// Creates the lifecycle of a process without a webhook, which shuts down without a delay.
  init(at places: Logger.Metadata, log: Logger) {
    (delay, timeout, self.places, self.log) = (.zero, .seconds(25), places, log)
  }

  /// Runs the webhook and everything beside it until a signal. The webhook ends first.
  ///
  /// - Parameters:
  ///   - certificate: the serving certificate to keep current.
  ///   - controller: the controller, if it runs in this process.
  func run(
    _ webhook: HTTPServer, beside admin: HTTPServer, _ certificate: ServedCertificate,
    _ controller: ControllerService?
  ) async throws {
    let serving = ServerService(server: webhook) { [self] in
      log.notice("draining", metadata: ["delay": "\(delay)", "timeout": "\(timeout)"])
      // Another replica can become the leader before the webhook has ended.
      controller?.drain()
      webhook.drain(for: delay)
    }
    let companion: [any Service] = controller.map { [$0] } ?? []
    try await run(admin, companion + [serving]) { try await certificate.keep() }
  }

  /// Runs the controller and the admin listener until a signal. The controller ends first.
  func run(_ controller: ControllerService, beside admin: HTTPServer) async throws {
    let leaving = FirstToEnd { [self] in log.notice("draining", metadata: ["timeout": "\(timeout)"]) }
    try await run(admin, [controller, leaving])
  }

  /// Runs services until a signal, and ends them one after the other: the last first, the admin listener at the end.
  ///
  /// - Parameter keep: a task that runs as long as they do. If it throws, all of them are canceled.
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

/// Runs a closure at the signal. It is the last service, so it ends first.
private struct FirstToEnd: Service {
  let leave: @Sendable () -> Void

  func run() async {
    try? await gracefulShutdown()
    leave()
  }
}

/// Runs an HTTP server in ServiceLifecycle.
private struct ServerService: Service {
  let server: HTTPServer
  /// The closure to call at the start.
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

/// Shuts services down at the first signal, and ends the process at the second.
///
/// After the first signal the kernel's default action is restored, so that nothing that hangs can block the second. The
/// kernel may miss that one: Dispatch reads signals with signalfd(2), and may be faster than the thread that the kernel
/// chose. Linux's `wants_signal` skips a thread that another signal is waking. So the second signal is handled here too.
struct SignalEnd {
  private let signals: UnixSignalsSequence
  private let begun: AsyncStream<Never>
  private let begin: AsyncStream<Never>.Continuation

  /// Traps the signals. From now on none is lost.
  init() async {
    (begun, begin) = AsyncStream.makeStream()
    signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
  }

  /// Records that the services run: only then can they be shut down.
  func servicesRun() { begin.finish() }

  /// Shuts services down at a signal, once they run.
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

  /// Sends the signal to this thread, so that no other can take it.
  private func endProcess(by signal: UnixSignal) {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, signal.rawValue)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    raise(signal.rawValue)
  }
}
