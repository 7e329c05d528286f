internal import Synchronization

/// Reads files on a thread of its own, so that a volume that hangs holds up neither an event loop nor the end of the
/// process.
///
/// There is at most one such thread. While a read hangs, further reads fail at once.
public final class FileThread: Sendable {
  private let isBusy = Atomic(false)
  private let patience: Duration

  /// How long a read may take. A network volume answers within seconds or not at all.
  public static let patience = Duration.seconds(5)

  /// - Parameter patience: how long a caller waits for a read.
  public init(patience: Duration = FileThread.patience) { self.patience = patience }

  /// Runs work that reads files, and waits for what it gives.
  ///
  /// - Parameters:
  ///   - what: what is read, for an error.
  ///   - loop: the loop that tells the time. It goes on meanwhile.
  /// - Throws: `SystemError` if the work takes too long, an earlier one still hangs, or the task is canceled.
  public func run<Value: Sendable>(
    _ what: String, on loop: EventLoop, _ work: @escaping @Sendable () -> Value
  ) async throws(SystemError) -> Value {
    guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
      throw SystemError("read \(what)", reason: "an earlier read still hangs")
    }
    let result = Result<Value>()
    do throws(SystemError) {
      try LoopThread.start(name: "files") {
        result.put(work())
        self.isBusy.store(false, ordering: .releasing)
      }
    } catch {
      isBusy.store(false, ordering: .releasing)
      throw error
    }
    return try await wait(for: result, named: what, on: loop)
  }

  /// Polls for the result, at first often, so that the task that waits can be canceled while the thread hangs.
  private func wait<Value>(
    for result: Result<Value>, named what: String, on loop: EventLoop
  ) async throws(SystemError) -> Value {
    let deadline = Instant.now + patience
    var pause = Duration.milliseconds(1)
    while true {
      if let value = result.value { return value }
      guard deadline > .now else { throw SystemError("read \(what)", reason: "the volume did not answer in time") }
      guard !Task.isCancelled, await loop.sleep(until: .now + pause) else {
        throw SystemError("read \(what)", reason: "the process ends")
      }
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  /// What the thread has come to.
  private final class Result<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)

    var value: Value? { state.withLock { $0 } }

    func put(_ value: Value) { state.withLock { $0 = value } }
  }
}
