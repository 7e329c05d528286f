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

  /// Whether every loop comes to the end of a job within a time.
  ///
  /// A loop that has much to do is alive: it comes to the end of one job after the other, though ours may be the last of
  /// them. A loop that is stuck does not.
  ///
  /// - Parameter other: a loop that is not in this group, to wait on.
  public func isAlive(within limit: Duration, askedFrom other: EventLoop) async -> Bool {
    var silent = loops.map { (loop: $0, jobs: $0.jobsRun) }
    // So that a loop that has nothing to do comes to the end of a job too.
    for loop in loops { Task(executorPreference: loop) {} }
    let deadline = Instant.now + limit
    while true {
      silent.removeAll { $0.loop.jobsRun != $0.jobs }
      if silent.isEmpty { return true }
      guard deadline > .now else { return false }
      await other.sleep(until: .now + .milliseconds(2))
    }
  }

  /// Ends on every loop the waits that a phase ends.
  public func enter(_ phase: LoopPhase) { for loop in loops { loop.enter(phase) } }
}
