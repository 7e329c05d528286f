import Kubernetes
import Testing

@testable import Controller
import Transport

/// The queue as a value: time is handed in.
struct WorkQueueTests {
  private let start = Instant.now

  @Test func `a key is worked on once however often it was added`() throws {
    var queue = WorkQueue<String>()
    for _ in 0..<3 { queue.add("a", at: start) }
    queue.add("b", at: start + .seconds(1))
    #expect(queue.depth == 2)
    let taken = queue.take(at: start + .seconds(3))
    let first = try #require(taken)
    #expect(first.key == "a")
    #expect(first.waited == .seconds(3))
    #expect(queue.take(at: start)?.key == "b")
    #expect(queue.take(at: start) == nil)
  }

  @Test func `a key that changes while it is worked on is worked on again, and not by two at once`() {
    var queue = WorkQueue<String>()
    queue.add("a", at: start)
    #expect(queue.take(at: start)?.key == "a")
    queue.add("a", at: start)
    queue.add("a", at: start)
    #expect(queue.take(at: start) == nil)
    queue.done("a", again: nil, at: start)
    #expect(queue.take(at: start)?.key == "a")
    queue.done("a", again: nil, at: start)
    #expect(queue.take(at: start) == nil)
  }

  @Test func `a key that fails comes back after a pause that doubles, until it works`() {
    var queue = WorkQueue<String>()
    var now = start
    queue.add("a", at: now)
    for pause in [5, 10, 20, 40] {
      #expect(queue.take(at: now)?.key == "a")
      queue.done("a", again: .items, at: now)
      queue.addDue(at: now + .milliseconds(pause - 1))
      #expect(queue.take(at: now) == nil)
      now = now + .milliseconds(pause)
      queue.addDue(at: now)
    }
    #expect(queue.take(at: now)?.key == "a")
    queue.done("a", again: nil, at: now)
    queue.add("a", at: now)
    _ = queue.take(at: now)
    queue.done("a", again: .items, at: now)
    queue.addDue(at: now + .milliseconds(5))
    #expect(queue.take(at: now)?.key == "a", "success has made the pause short again")
  }

  @Test func `pauses end at the longest, and jitter only makes them shorter`() {
    for failures in [0, 5, 14, 63, 1000] {
      let full = Backoff.items.pause(after: failures, jitter: 0)
      #expect(full <= .seconds(60))
      #expect(Backoff.items.pause(after: failures, jitter: 1) == full / 2)
    }
  }

  @Test func `a cleared key does not come back unless it is added again`() {
    var queue = WorkQueue<String>()
    queue.add("a", at: start)
    queue.add("b", at: start)
    _ = queue.take(at: start)
    queue.add("a", at: start)
    queue.add("c", notBefore: start + .seconds(1))
    queue.clear()
    queue.done("a", again: nil, at: start)
    queue.addDue(at: start + .seconds(2))
    #expect(queue.take(at: start) == nil)
    queue.add("b", at: start)
    #expect(queue.take(at: start)?.key == "b")
  }
}
