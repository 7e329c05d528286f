internal import Synchronization

/// Event loops, one for each thread, and which of them takes the next connection.
public final class EventLoopGroup: Sendable {
  private let loops: [EventLoop]
  private let counts: Mutex<[Int]>

  /// Starts `count` threads, at least one.
  ///
  /// - Throws: `SystemError` where the kernel gives no thread or no epoll.
  public init(count: Int) throws(SystemError) {
    var loops: [EventLoop] = []
    for index in 0..<max(count, 1) { loops.append(try EventLoop(name: "loop-\(index)")) }
    self.loops = loops
    counts = Mutex(Array(repeating: 0, count: loops.count))
  }

  deinit { for loop in loops { loop.enter(.stopped) } }

  /// The loop that listeners are accepted on.
  public var first: EventLoop { loops[0] }

  /// The loop that has the fewest connections, and one more from now on.
  public func reserve() -> EventLoop {
    let index = counts.withLock { counts in
      let index = counts.indices.min { counts[$0] < counts[$1] } ?? 0
      counts[index] += 1
      return index
    }
    return loops[index]
  }

  /// Takes back what `reserve()` counted.
  public func release(_ loop: EventLoop) {
    guard let index = loops.firstIndex(where: { $0 === loop }) else { return }
    counts.withLock { $0[index] -= 1 }
  }

  /// Whether every loop runs what it is given, within a time.
  ///
  /// - Parameter other: a loop that is not in this group, to wait on.
  public func isAlive(within limit: Duration, askedFrom other: EventLoop) async -> Bool {
    let answers = Answers(loops.count)
    for loop in loops { Task(executorPreference: loop) { answers.give() } }
    let deadline = Instant.now + limit
    while !answers.areComplete {
      guard deadline > .now else { return false }
      await other.sleep(until: .now + .milliseconds(2))
    }
    return true
  }

  /// Ends on every loop the waits that a phase ends.
  public func enter(_ phase: LoopPhase) { for loop in loops { loop.enter(phase) } }
}

/// How many of the loops that were asked have yet to answer.
private final class Answers: Sendable {
  private let missing: Atomic<Int>

  init(_ count: Int) { missing = Atomic(count) }

  var areComplete: Bool { missing.load(ordering: .relaxed) == 0 }

  func give() { missing.subtract(1, ordering: .relaxed) }
}
