internal import Synchronization

/// Spreads expensive steps over the turns of an event loop, so that cheap work goes on between them.
///
/// A loop runs all jobs that are ready before it looks for more. Without the queue, a hundred handshakes that are ready at
/// once would all run before the next request of an established connection.
final class TurnQueue: Sendable {
  private let line: Mutex<Line>

  /// A queue that lets a number of steps run in each turn of its loop.
  init(stepsPerTurn: Int) { line = Mutex(Line(free: stepsPerTurn)) }

  /// Waits until the caller may take a step. The caller gives its place back with `leave()`.
  func enter() async {
    await unsafe withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let place = unsafe Line.Place(continuation: continuation)
      if line.withLock({ $0.admit(place) }) { place.resume() }
    }
  }

  /// Gives the place back, but not before the loop has run everything else that is ready.
  func leave() async {
    await Task.yield()
    line.withLock { $0.next() }?.resume()
  }

  private struct Line {
    var free: Int
    private var waiting: [Place] = []
    /// How many of those have had their turn.
    private var served = 0

    init(free: Int) { self.free = free }

    @safe struct Place {
      let continuation: UnsafeContinuation<Void, Never>

      func resume() { unsafe continuation.resume() }
    }

    /// Whether a place is free; if not, the caller waits for one.
    mutating func admit(_ place: Place) -> Bool {
      guard free > 0 else {
        waiting.append(place)
        return false
      }
      free -= 1
      return true
    }

    /// Takes out the task that has waited longest, or frees the place if none waits.
    mutating func next() -> Place? {
      guard served < waiting.count else {
        free += 1
        return nil
      }
      defer { forgetServed() }
      return waiting[served]
    }

    /// Moves the rest to the front only now and then, so that a turn costs the same however long the line is.
    private mutating func forgetServed() {
      served += 1
      guard served * 2 > waiting.count else { return }
      waiting.removeFirst(served)
      served = 0
    }
  }
}
