internal import CLinux

/// What an event loop knows: the jobs to run, and which task waits for what. It does no I/O.
struct LoopState {
  /// By descriptor. The kernel gives the lowest number that is free, so there are few gaps.
  private var interests: [Interest?] = []
  /// Waits for nothing but time.
  private var sleepers: [Waiter] = []
  private var jobs: [UnownedJob] = []
  private var isAsleep = false
  private var phase = LoopPhase.running
  private var fellAsleep = Instant.now
  private var wokeUp = Instant.now
  /// No waiter's deadline is earlier; it may itself be out of date.
  private var earliest: Instant?

  /// A suspended task. Code that takes it out of the table resumes it, so it is resumed once.
  @safe struct Waiter {
    let continuation: UnsafeContinuation<EventLoop.Wake, Never>
    let deadline: Instant?
    let endedBy: LoopPhase

    func resume(_ wake: EventLoop.Wake) { unsafe continuation.resume(returning: wake) }
  }

  typealias Woken = (waiter: Waiter, wake: EventLoop.Wake)

  enum Addition {
    case at(EventLoop.Wake)
    case stored(mustRing: Bool)
  }

  /// Queues a job; true if the loop's thread must be woken for it.
  mutating func add(_ job: UnownedJob) -> Bool {
    jobs.append(job)
    defer { isAsleep = false }
    return isAsleep
  }

  /// Hands over the jobs, for an empty array whose room is kept.
  mutating func take(_ jobs: inout [UnownedJob]) { swap(&self.jobs, &jobs) }

  /// How long to sleep in milliseconds, -1 for ever; `nil` if the thread should end.
  mutating func fallAsleep() -> CInt? {
    fellAsleep = .now
    guard jobs.isEmpty else { return 0 }
    guard phase < .stopped else { return nil }
    isAsleep = true
    guard let earliest else { return -1 }
    let left = fellAsleep.duration(to: earliest)
    return left <= .zero ? 0 : CInt(min((left / .milliseconds(1)).rounded(.up), 60_000))
  }

  /// Remembers a descriptor from now on.
  mutating func watch(_ descriptor: CInt) {
    while interests.count <= Int(descriptor) { interests.append(nil) }
    interests[Int(descriptor)] = Interest()
  }

  /// Answers a waiter at once if that is possible, and otherwise remembers it.
  mutating func add(_ waiter: Waiter, for direction: EventLoop.Direction, of descriptor: CInt) -> Addition {
    guard phase < waiter.endedBy, interests.indices.contains(Int(descriptor)),
      let stored = interests[Int(descriptor)]?.add(waiter, for: direction)
    else { return .at(.ended) }
    guard case .stored = stored else { return stored }
    if let deadline = waiter.deadline { earliest = min(earliest ?? deadline, deadline) }
    return .stored(mustRing: isAsleep)
  }

  /// Keeps a waiter until its deadline.
  mutating func add(sleeper waiter: Waiter, until deadline: Instant) -> Addition {
    guard phase < waiter.endedBy else { return .at(.ended) }
    sleepers.append(waiter)
    earliest = min(earliest ?? deadline, deadline)
    return .stored(mustRing: isAsleep)
  }

  /// Wakes the waiters that epoll's events concern, and those whose deadline has passed.
  mutating func wake(
    _ events: ArraySlice<clinux_event>, at now: Instant, into woken: inout [Woken]
  ) {
    isAsleep = false
    // What was there before the thread fell asleep may have been there since it last woke up.
    let since = fellAsleep.duration(to: now) < LoopState.nap ? wokeUp : now
    wokeUp = now
    for event in events { interests[Int(event.descriptor)]?.wake(by: event.events, since: since, into: &woken) }
    guard let earliest, earliest <= now else { return }
    expire(at: now, into: &woken)
  }

  /// A sleep so short that it was none: what epoll reports was there already.
  private static let nap = Duration.microseconds(20)

  /// Takes out the waiter that reads from a descriptor, or lets the next wait to read end at once.
  mutating func call(_ descriptor: CInt) -> Waiter? {
    interests.indices.contains(Int(descriptor)) ? interests[Int(descriptor)]?.call() : nil
  }

  /// Goes on to a phase, and gives back whose wait that ends.
  mutating func enter(_ phase: LoopPhase) -> [Waiter] {
    self.phase = max(self.phase, phase)
    var ended = sleepers.take { $0.endedBy <= phase }
    for index in interests.indices { ended += interests[index]?.take { $0.endedBy <= phase } ?? [] }
    return ended
  }

  /// Forgets a descriptor and returns its waiters.
  mutating func remove(_ descriptor: CInt) -> [Waiter] {
    guard interests.indices.contains(Int(descriptor)) else { return [] }
    defer { interests[Int(descriptor)] = nil }
    return interests[Int(descriptor)]?.take { _ in true } ?? []
  }

  private mutating func expire(at now: Instant, into woken: inout [Woken]) {
    for index in interests.indices {
      let expired = interests[index]?.take { $0.deadline.map { $0 <= now } ?? false } ?? []
      for waiter in expired { woken.append((waiter, .timedOut)) }
    }
    for waiter in sleepers.take(where: { $0.deadline.map { $0 <= now } ?? false }) { woken.append((waiter, .timedOut)) }
    earliest = (interests.compactMap { $0?.earliest } + sleepers.compactMap(\.deadline)).min()
  }
}

extension [LoopState.Waiter] {
  /// Takes out those that a condition picks.
  fileprivate mutating func take(where condition: (LoopState.Waiter) -> Bool) -> [LoopState.Waiter] {
    let taken = filter(condition)
    removeAll(where: condition)
    return taken
  }
}

/// How far an event loop has come in its shutdown. A phase never goes back.
///
/// Each wait names the phase that ends it.
public enum LoopPhase: Comparable, Sendable {
  case running
  /// The shutdown has been announced: tasks that can tell their peer do.
  case draining
  /// Nothing new is let in.
  case closing
  /// Everything is aborted.
  case aborting
  /// The thread ends.
  case stopped
}

/// A watched descriptor: what it is ready for, and which tasks wait. An edge that finds no waiter is kept.
struct Interest {
  private var read = Side()
  private var write = Side()
  private var hungUp = false

  private struct Side {
    var readySince: Instant?
    /// Whether another task has called before the next wait.
    var isCalled = false
    var waiter: LoopState.Waiter?

    mutating func take(where condition: (LoopState.Waiter) -> Bool) -> LoopState.Waiter? {
      guard let found = waiter, condition(found) else { return nil }
      waiter = nil
      return found
    }

    /// Returns when the side became ready; `nil` if it is not, and the waiter is kept.
    mutating func add(_ waiter: LoopState.Waiter) -> Instant? {
      precondition(self.waiter == nil, "two tasks wait for one side of a socket")
      if readySince == nil { self.waiter = waiter }
      defer { readySince = nil }
      return readySince
    }

    mutating func makeReady(since instant: Instant) -> LoopState.Waiter? {
      guard let found = waiter else {
        readySince = readySince ?? instant
        return nil
      }
      waiter = nil
      return found
    }
  }

  /// Takes out the waiter that reads, or keeps the call for the next.
  mutating func call() -> LoopState.Waiter? {
    defer { read.waiter = nil }
    read.isCalled = read.waiter == nil
    return read.waiter
  }

  /// Answers a waiter if its side is ready, or keeps it.
  mutating func add(_ waiter: LoopState.Waiter, for direction: EventLoop.Direction) -> LoopState.Addition {
    if direction == .read, read.isCalled {
      read.isCalled = false
      return .at(.called)
    }
    let ready = direction == .read ? read.add(waiter) : write.add(waiter)
    return ready.map { .at(.ready(hungUp: hungUp, since: $0)) } ?? .stored(mustRing: false)
  }

  /// Wakes the waiters that an epoll event concerns; a broken connection concerns both sides.
  mutating func wake(
    by events: UInt32, since instant: Instant, into woken: inout [LoopState.Woken]
  ) {
    let broken = clinux_epollhup | clinux_epollerr
    if events & (broken | clinux_epollrdhup) != 0 { hungUp = true }
    if events & (broken | clinux_epollin | clinux_epollrdhup) != 0, let waiter = read.makeReady(since: instant) {
      woken.append((waiter, .ready(hungUp: hungUp, since: instant)))
    }
    if events & (broken | clinux_epollout) != 0, let waiter = write.makeReady(since: instant) {
      woken.append((waiter, .ready(hungUp: hungUp, since: instant)))
    }
  }

  /// Takes out the waiters that a condition picks.
  mutating func take(where condition: (LoopState.Waiter) -> Bool) -> [LoopState.Waiter] {
    [read.take(where: condition), write.take(where: condition)].compactMap { $0 }
  }

  /// The earliest deadline of its waiters.
  var earliest: Instant? {
    [read.waiter?.deadline, write.waiter?.deadline].compactMap { $0 }.min()
  }
}
