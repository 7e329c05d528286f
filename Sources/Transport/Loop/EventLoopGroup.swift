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

  deinit { for loop in loops { loop.stop() } }

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

  /// Ends what is idle on every loop.
  public func drain() { for loop in loops { loop.drain() } }

  /// Ends everything on every loop.
  public func abort() { for loop in loops { loop.abort() } }
}
