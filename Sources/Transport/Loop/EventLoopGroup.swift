internal import CLinux
internal import Glibc
internal import Synchronization

/// Event loops, one for each thread, and which of them takes the next connection.
public final class EventLoopGroup: Sendable {
  private let loops: [EventLoop]
  private let counts: Mutex<[Int]>

  /// Starts `count` threads, at least one.
  ///
  /// - Throws: `SystemError` if the kernel gives no thread or no epoll.
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
  /// A loop that has much to do is alive: it comes to the end of one job after the other, though ours may be the last
  /// of them. A loop that is stuck does not.
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

/// How much of the machine this process may use.
public enum Processors {
  /// The smaller of the CPUs that the scheduler allows and those that the control group pays for, at least one.
  public static var available: Int {
    let affinity = Int(clinux_affinity_count())
    return max(1, min(affinity > 0 ? affinity : 1, quota ?? .max))
  }

  /// The control group's quota in whole CPUs, rounded up; `nil` if there is none.
  private static var quota: Int? {
    if let limit = firstLine(of: "/sys/fs/cgroup/cpu.max") { return quota(version2: limit) }
    guard let quota = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
      let period = firstLine(of: "/sys/fs/cgroup/cpu/cpu.cfs_period_us")
    else { return nil }
    return self.quota(version2: "\(quota) \(period)")
  }

  /// Reads `cpu.max`: microseconds of CPU time, or `max`, in each period (Linux, `cgroup-v2.rst`).
  static func quota(version2 text: String) -> Int? {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]), quota > 0, period > 0 else {
      return nil
    }
    return (quota - 1) / period + 1
  }

  private static func firstLine(of path: String) -> String? {
    guard let bytes = try? WholeFile.readRegular(path), !bytes.isEmpty else { return nil }
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

/// A thread of the kernel's, running one closure until that returns.
@safe enum LoopThread {
  private final class Work {
    let body: @Sendable () -> Void
    let name: String

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a detached thread.
  ///
  /// - Throws: `SystemError` if the kernel gives none.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let work = unsafe Unmanaged.passRetained(Work(name: name, body: body))
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, nil, { unsafe LoopThread.enter($0) }, work.toOpaque())
    guard code == 0 else {
      unsafe work.release()
      throw SystemError("pthread_create", code: code)
    }
    pthread_detach(thread)
  }

  private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let work = unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    _ = unsafe clinux_name_thread(work.name)
    work.body()
    return nil
  }
}
