internal import CLinux

/// A watched descriptor: what it is ready for, and who waits. An edge that finds nobody waiting is kept.
struct Interest {
  private var read = Side()
  private var write = Side()
  private var hungUp = false

  private struct Side {
    var readySince: Instant?
    /// Whether somebody of ours has something for the next who waits.
    var isCalled = false
    var waiter: LoopState.Waiter?

    mutating func take(where condition: (LoopState.Waiter) -> Bool) -> LoopState.Waiter? {
      guard let found = waiter, condition(found) else { return nil }
      waiter = nil
      return found
    }

    /// Since when the side is ready; `nil` where it is not, and the waiter is kept.
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

  /// Takes out who waits to read, or remembers that somebody called.
  mutating func call() -> LoopState.Waiter? {
    defer { read.waiter = nil }
    read.isCalled = read.waiter == nil
    return read.waiter
  }

  /// Answers a waiter from what is ready already, or keeps it.
  mutating func add(_ waiter: LoopState.Waiter, for direction: EventLoop.Direction) -> LoopState.Addition {
    if direction == .read, read.isCalled {
      read.isCalled = false
      return .at(.called)
    }
    let ready = direction == .read ? read.add(waiter) : write.add(waiter)
    return ready.map { .at(.ready(hungUp: hungUp, since: $0)) } ?? .stored(mustRing: false)
  }

  /// Hands an epoll event to whom it concerns; a broken connection concerns both sides.
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

  /// The earliest deadline of those who wait.
  var earliest: Instant? {
    [read.waiter?.deadline, write.waiter?.deadline].compactMap { $0 }.min()
  }
}
