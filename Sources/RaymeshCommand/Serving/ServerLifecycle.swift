internal import Dispatch
internal import Glibc
internal import HTTP
internal import Logging

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
    let serving = Stage {
      await webhook.run()
    } end: { [self] in
      log.notice("draining", metadata: ["delay": "\(delay)", "timeout": "\(timeout)"])
      // Another replica can become the leader before the webhook has ended.
      controller?.drain()
      webhook.drain(for: delay)
    }
    let controlling = controller.map { controller in
      Stage {
        await controller.run()
      } end: {
        controller.drain()
      }
    }
    try await run(admin, [controlling, serving].compactMap(\.self)) { try await certificate.keep() }
  }

  /// Runs the controller and the admin listener until a signal. The controller ends first.
  func run(_ controller: ControllerService, beside admin: HTTPServer) async throws {
    let controlling = Stage {
      await controller.run()
    } end: { [self] in
      log.notice("draining", metadata: ["timeout": "\(timeout)"])
      controller.drain()
    }
    try await run(admin, [controlling])
  }

  /// Runs stages until a signal. Then it ends them one after the other, the last one first and the admin listener after
  /// all others.
  ///
  /// - Parameter keep: runs as long as the stages. If it throws, the stages are canceled.
  private func run(
    _ admin: HTTPServer, _ stages: [Stage], keep: (@Sendable () async throws -> Void)? = nil
  ) async throws {
    let signals = await SignalEnd()
    log.notice("serving", metadata: places)
    let first = Stage {
      await admin.run()
    } end: {
      admin.drain()
    }
    try await withThrowingTaskGroup { tasks in
      tasks.addTask { await RunningStages([first] + stages).run(until: signals, timeout: timeout) }
      tasks.addTask { await FreeMemory().run() }
      if let keep { tasks.addTask { try await keep() } }
      try await tasks.next()
      tasks.cancelAll()
    }
    log.notice("stopped")
  }
}

/// A part of the process that runs until it is told to end.
private struct Stage: Sendable {
  let run: @Sendable () async -> Void
  /// Begins the end of `run`.
  let end: @Sendable () -> Void
}

/// Stages that have started.
private struct RunningStages {
  private let stages: [(task: Task<Void, Never>, end: @Sendable () -> Void)]
  private let reasons: AsyncStream<Void>
  /// Starts the end of all stages. Only the first call counts.
  private let end: AsyncStream<Void>.Continuation

  init(_ stages: [Stage]) {
    let (reasons, end) = AsyncStream.makeStream(of: Void.self)
    (self.reasons, self.end) = (reasons, end)
    self.stages = stages.map { stage in
      let task = Task {
        await stage.run()
        end.yield()
      }
      return (task, stage.end)
    }
  }

  /// Waits for a signal, or for a stage that ends by itself. Then it ends the stages, the last one first.
  ///
  /// - Parameter timeout: how long ending them may take. Then they are canceled, as they are if the task is canceled.
  func run(until signals: SignalEnd, timeout: Duration) async {
    let listening = Task { await signals.end { [end] in end.yield() } }
    await withTaskCancellationHandler {
      for await _ in reasons { break }
      let limit = Task {
        try await Task.sleep(for: timeout)
        cancel()
      }
      for stage in stages.reversed() {
        stage.end()
        await stage.task.value
      }
      limit.cancel()
    } onCancel: {
      cancel()
    }
    listening.cancel()
  }

  private func cancel() { for stage in stages { stage.task.cancel() } }
}

/// Ends the stages at the first signal, and the process at the second.
///
/// After the first signal the kernel's default action is restored, so that nothing that hangs can block the second. The
/// kernel may miss that one: Dispatch reads signals with signalfd(2), and may be faster than the thread that the kernel
/// chose. Linux's `wants_signal` skips a thread that another signal is waking. So the second signal is handled here too.
struct SignalEnd: Sendable {
  private let numbers: AsyncStream<CInt>

  /// Traps the signals. From now on none is lost.
  init() async {
    let (numbers, seen) = AsyncStream.makeStream(of: CInt.self)
    self.numbers = numbers
    let queue = DispatchQueue(label: "raymesh.signals")
    for number in [SIGTERM, SIGINT] {
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      // The handler keeps the source for the life of the process.
      source.setEventHandler { withExtendedLifetime(source) { _ = seen.yield(number) } }
      await withCheckedContinuation { continuation in
        source.setRegistrationHandler { continuation.resume() }
        source.activate()
      }
    }
  }

  /// Calls `begin` at the first signal, and ends the process at the second.
  func end(_ begin: () -> Void) async {
    var isFirst = true
    for await number in numbers {
      guard isFirst else { return endProcess(by: number) }
      isFirst = false
      for number in [SIGTERM, SIGINT] { _ = Glibc.signal(number, SIG_DFL) }
      begin()
    }
  }

  /// Sends a signal to this very thread, which no other thread can take.
  private func endProcess(by number: CInt) {
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    raise(number)
  }
}
