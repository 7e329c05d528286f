internal import Glibc
internal import ServiceLifecycle
internal import UnixSignals

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
