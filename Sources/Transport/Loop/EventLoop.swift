internal import CLinux
internal import Glibc
internal import Limits
internal import Synchronization

/// A thread that waits for sockets and runs the tasks that prefer it.
///
/// It is a `TaskExecutor`: a connection's task started with it as preference never leaves this thread, so a request
/// costs no thread hop. Sockets are watched edge-triggered and registered once.
public final class EventLoop: TaskExecutor {
  private let epoll: Descriptor
  private let bell: Descriptor
  private let state = Mutex(LoopState())
  /// Jobs that have come to their end. Only the loop's thread writes it.
  private let finished = Atomic(0)
  /// Room that the loop's sockets read into, one at a time: each connection takes what has come before another reads.
  let inbox = Mutex([UInt8](repeating: 0, count: SocketStream.chunk))
  /// Where the handshakes of the loop's connections wait for their turn.
  let handshakes = TurnQueue(stepsPerTurn: PeerLimits.handshakesAtWork.value)

  /// Starts the thread, which lives until `stop()`.
  ///
  /// - Throws: `SystemError` if the kernel gives no epoll, no eventfd or no thread.
  public init(name: String) throws(SystemError) {
    epoll = try Descriptor(owning: clinux_epoll_create(), from: "epoll_create1")
    bell = try Descriptor(owning: clinux_eventfd(), from: "eventfd")
    try watch(bell.number)
    try LoopThread.start(name: name) { self.run() }
  }

  /// Queues a job for the loop's thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if state.withLock({ $0.add(job) }) { ring() }
  }

  /// Ends the waits that a phase ends, and from now on those that begin.
  ///
  /// With `.stopped` the thread ends too, when the last job has run; no task may prefer this loop afterwards.
  public func enter(_ phase: LoopPhase) {
    for waiter in state.withLock({ $0.enter(phase) }) { waiter.resume(.ended) }
    ring()
  }

  /// Waits until an instant; false if the loop comes to a phase, then at once.
  ///
  /// Unlike `Task.sleep`, for which the runtime may open a timer, this works without any free descriptor.
  @discardableResult
  public func sleep(until deadline: Instant, endedBy phase: LoopPhase = .aborting) async -> Bool {
    await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Wake, Never>) in
      let waiter = unsafe LoopState.Waiter(continuation: continuation, deadline: deadline, endedBy: phase)
      resolve(waiter, state.withLock { $0.add(sleeper: waiter, until: deadline) })
    } == .timedOut
  }

  /// Waits until a socket can be read or written, or the deadline passes.
  ///
  /// - Parameter phase: the phase that ends the wait.
  func wait(
    for direction: Direction, of descriptor: CInt, until deadline: Instant?,
    endedBy phase: LoopPhase = .aborting
  ) async -> Wake {
    await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Wake, Never>) in
      let waiter = unsafe LoopState.Waiter(continuation: continuation, deadline: deadline, endedBy: phase)
      resolve(waiter, state.withLock { $0.add(waiter, for: direction, of: descriptor) })
    }
  }

  private func resolve(_ waiter: LoopState.Waiter, _ addition: LoopState.Addition) {
    switch addition {
    case .at(let wake): waiter.resume(wake)
    case .stored(let mustRing): if mustRing { ring() }
    }
  }

  /// Ends the wait to read from a descriptor, or the next one if no task waits.
  func call(_ descriptor: CInt) { state.withLock { $0.call(descriptor) }?.resume(.called) }

  /// Watches a descriptor; `forget` it before it is closed.
  func watch(_ descriptor: CInt) throws(SystemError) {
    state.withLock { $0.watch(descriptor) }
    let events = clinux_epollin | clinux_epollout | clinux_epollrdhup | clinux_epollet
    guard clinux_epoll_add(epoll.number, descriptor, events) == 0 else {
      let error = SystemError("epoll_ctl", code: errno)
      _ = state.withLock { $0.remove(descriptor) }
      throw error
    }
  }

  /// Stops watching a descriptor, and ends the waits for it.
  func forget(_ descriptor: CInt) {
    _ = clinux_epoll_remove(epoll.number, descriptor)
    for waiter in state.withLock({ $0.remove(descriptor) }) { waiter.resume(.ended) }
  }

  /// How many jobs have come to their end.
  var jobsRun: Int { finished.load(ordering: .relaxed) }

  private func ring() {
    var one: UInt64 = 1
    _ = unsafe write(bell.number, &one, MemoryLayout<UInt64>.size)
  }

  private func run() {
    let executor = unsafe asUnownedTaskExecutor()
    var events = [clinux_event](repeating: clinux_event(), count: 128)
    var jobs: [UnownedJob] = []
    var woken: [LoopState.Woken] = []
    while true {
      state.withLock { $0.take(&jobs) }
      for job in jobs {
        unsafe job.runSynchronously(on: executor)
        finished.store(finished.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
      }
      jobs.removeAll(keepingCapacity: true)
      guard let timeout = state.withLock({ $0.fallAsleep() }) else { return }
      let count = unsafe clinux_epoll_wait(epoll.number, &events, CInt(events.count), timeout)
      state.withLock { $0.wake(events.prefix(Int(max(count, 0))), at: .now, into: &woken) }
      for (waiter, wake) in woken { waiter.resume(wake) }
      woken.removeAll(keepingCapacity: true)
    }
  }
}

extension EventLoop {
  /// What a socket is waited for.
  enum Direction {
    case read, write
  }

  /// How a wait ended.
  enum Wake: Hashable {
    /// Something may be done, and could since about an instant; `hungUp` if the peer has closed its side or the
    /// connection is broken.
    case ready(hungUp: Bool, since: Instant)
    case timedOut
    /// Another task has something for the task that waits to read.
    case called
    /// The loop drains or stops, or the descriptor was forgotten.
    case ended
  }
}
