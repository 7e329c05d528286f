import CLinux
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(3)))
struct EventLoopTests {
  private let loops: TestLoops
  private let loop: EventLoop
  private let pair: SocketPair

  init() throws {
    loops = try TestLoops(1, name: "under-test")
    loop = loops[0]
    pair = try SocketPair(on: loop)
  }

  @Test func `a task that prefers a loop stays on its thread, also after it has waited`() async throws {
    try pair.far.write([1])
    let (loop, near) = (loop, pair.near)
    let names = try await within("the task") {
      await Task(executorPreference: loop) {
        let before = threadName()
        _ = await near.wait(for: .read, until: later)
        await Task.yield()
        return [before, threadName()]
      }.value
    }
    #expect(names == ["under-test", "under-test"])
    #expect(threadName() != "under-test")
  }

  @Test func `a wait ends when there is something to read`() async throws {
    async let wake = pair.near.wait(for: .read, until: later)
    try pair.far.write([1])
    #expect(await wake.hungUp == false)
  }

  @Test func `what came before the wait is not forgotten`() async throws {
    try pair.far.write([1])
    // The loop has reported the write, as it has run something that was queued after it.
    await Task(executorPreference: loop) {}.value
    #expect(await pair.near.wait(for: .read, until: later).hungUp == false)
  }

  @Test func `a peer that hangs up is told of, to readers at once and whenever they ask again`() async throws {
    let loop = loop
    var pair: SocketPair? = try SocketPair(on: loop)
    let near = try #require(pair?.near)
    pair?.far.finishWriting()
    #expect(await near.wait(for: .read, until: later).hungUp == true)
    pair = nil
    #expect(await near.wait(for: .read, until: later).hungUp == true)
  }

  @Test func `reading and writing are waited for apart`() async throws {
    while try pair.near.write([UInt8](repeating: 0, count: 1 << 16)) > 0 {}
    _ = await pair.near.wait(for: .write, until: .now)
    async let readable = pair.near.wait(for: .read, until: later)
    async let writable = pair.near.wait(for: .write, until: later)
    try pair.far.write([1])
    #expect(await readable.hungUp == false)
    while try !pair.far.read().isEmpty {}
    #expect(await writable.hungUp == false)
  }

  @Test func `a wait ends at its deadline, a later one at its own`() async throws {
    let other = try SocketPair(on: loop)
    async let second = other.near.wait(for: .read, until: .now + .milliseconds(40))
    async let first = pair.near.wait(for: .read, until: .now + .milliseconds(5))
    #expect(await first == .timedOut)
    #expect(await second == .timedOut)
    #expect(await pair.near.wait(for: .read, until: .now - .seconds(1)) == .timedOut)
  }

  @Test func `what is there is worth more than a deadline that has passed`() async throws {
    try pair.far.write([1])
    await Task(executorPreference: loop) {}.value
    #expect(await pair.near.wait(for: .read, until: .now - .seconds(1)).hungUp == false)
  }

  @Test func `draining ends idle waits, those to come too, and no others`() async throws {
    let idle = try SocketPair(on: loop)
    async let ended = idle.near.wait(for: .read, until: later, endedBy: .draining)
    async let kept = pair.near.wait(for: .read, until: later)
    loop.enter(.draining)
    #expect(await ended == .ended)
    #expect(await idle.near.wait(for: .read, until: later, endedBy: .draining) == .ended)
    try pair.far.write([1])
    #expect(await kept.hungUp == false)
  }

  @Test func `aborting ends every wait, those to come too, and tasks still run`() async throws {
    async let wake = pair.near.wait(for: .read, until: nil)
    loop.enter(.aborting)
    #expect(await wake == .ended)
    #expect(await pair.near.wait(for: .write, until: nil) == .ended)
    #expect(await Task(executorPreference: loop) { 7 }.value == 7)
    // What has begun to abort does not go back to draining.
    loop.enter(.draining)
    #expect(await pair.near.wait(for: .read, until: nil) == .ended)
  }

  @Test func `a loop that is stopped ends its waits and its thread`() async throws {
    let loop = try EventLoop(name: "short-lived")
    let pair = try SocketPair(on: loop)
    async let wake = pair.near.wait(for: .read, until: nil)
    try await eventually("the thread's beginning") { try threadNames().contains("short-lived") }
    loop.enter(.stopped)
    #expect(await wake == .ended)
    try await eventually("the thread's end") { try !threadNames().contains("short-lived") }
  }

  @Test func `a group is alive as long as each of its loops runs what it gets`() async throws {
    let group = try EventLoopGroup(count: 2)
    #expect(await group.isAlive(within: .patience, askedFrom: loop))
    let gate = DispatchSemaphore(value: 0)
    // Blocks the loop's thread, as a request that never ends would.
    let stuck = Task(executorPreference: group.reserve()) { block(on: gate) }
    #expect(await !group.isAlive(within: .milliseconds(50), askedFrom: loop))
    gate.signal()
    await stuck.value
    #expect(await group.isAlive(within: .patience, askedFrom: loop))
  }

  @Test func `a loop that is busy with one job after the other is alive, though ours is far behind`() async throws {
    let (group, gate, ended) = (try EventLoopGroup(count: 1), DispatchSemaphore(value: 0), Counter())
    let busy = group.reserve()
    let jobs = (0..<5000).map { _ in
      Task(executorPreference: busy) {
        block(on: gate)
        ended.add()
      }
    }
    let time = Task(executorPreference: loop) { [loop] in
      // One job after the other comes to its end.
      while !Task.isCancelled {
        gate.signal()
        await loop.sleep(until: .now + .milliseconds(2))
      }
    }
    #expect(await group.isAlive(within: .patience, askedFrom: loop))
    #expect(ended.count < jobs.count)
    time.cancel()
    for _ in jobs { gate.signal() }
    for job in jobs { await job.value }
  }

  @Test func `who waits for a descriptor that is forgotten is told so`() async throws {
    let (bell, loop) = (try Descriptor(owning: clinux_eventfd(), from: "eventfd"), loop)
    try loop.watch(bell.number)
    _ = await loop.wait(for: .write, of: bell.number, until: later)
    async let wake = loop.wait(for: .read, of: bell.number, until: later)
    loop.forget(bell.number)
    #expect(await wake == .ended)
    #expect(await loop.wait(for: .read, of: bell.number, until: later) == .ended)
  }

  @Test func `a descriptor that cannot be watched is an error, and leaves nothing behind`() async throws {
    // epoll takes no regular files.
    let file = try Descriptor(owning: unsafe open(#filePath, O_RDONLY), from: "open")
    #expect(throws: SystemError("epoll_ctl", code: EPERM)) { try loop.watch(file.number) }
    #expect(await loop.wait(for: .read, of: file.number, until: nil) == .ended)
  }
}

/// How many jobs have ended.
private final class Counter: Sendable {
  private let number = Atomic(0)

  var count: Int { number.load(ordering: .relaxed) }

  func add() { number.add(1, ordering: .relaxed) }
}

/// Waits without giving up the thread.
private func block(on gate: DispatchSemaphore) { gate.wait() }

/// The name of the thread that runs this.
private func threadName() -> String {
  let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
  return name?.trimmingCharacters(in: .newlines) ?? ""
}

/// The names of all threads of the process. One that ends meanwhile has none.
private func threadNames() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").map { task in
    let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
    return name?.trimmingCharacters(in: .newlines) ?? ""
  }
}
