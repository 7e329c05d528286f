internal import Synchronization
public import Transport

extension Duration {
  /// As long as anything may take, on a busy machine too: only a bug makes a test wait so long.
  public static let patience = Duration.seconds(60)
}

/// A deadline that only a bug reaches.
public var later: Instant { .now + .patience }

/// That something awaited did not come.
public struct NotInTime: Error, CustomStringConvertible {
  /// What was awaited.
  public let what: String

  /// One line for a person.
  public var description: String { "not in time: \(what)" }
}

/// Runs `body`, and throws if it takes longer than our patience: a bug shows as a failure, not as a suite that hangs.
public func within<Value: Sendable>(
  _ what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    // Not a task group: that would wait for a body which does not end.
    let race = Race(continuation)
    let clock = Task {
      try await Task.sleep(for: .patience)
      race.end(.failure(NotInTime(what: what)))
    }
    Task {
      defer { clock.cancel() }
      do { race.end(.success(try await body())) } catch { race.end(.failure(error)) }
    }
  }
}

/// Asks again and again until the condition holds, and throws if it does not within `limit`.
public func eventually(
  within limit: Duration = .patience, _ what: String, _ condition: () async throws -> Bool
) async throws {
  let deadline = Instant.now + limit
  while try await !condition() {
    guard deadline > .now else { throw NotInTime(what: what) }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// Runs clients on a thread of their own, so that other tests cannot delay them beyond a server's deadlines.
public func onOwnThread<Value>(_ body: () async throws -> Value) async throws -> Value {
  let loops = try EventLoopGroup(count: 1)
  defer { withExtendedLifetime(loops) {} }
  return try await withTaskExecutorPreference(loops.first) { try await body() }
}

/// Two that want to resume one continuation: the first does.
private final class Race<Value: Sendable>: Sendable {
  private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

  init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = Mutex(continuation) }

  func end(_ result: Result<Value, any Error>) {
    let first = continuation.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    first?.resume(with: result)
  }
}
