internal import Synchronization
internal import Transport

/// Answers on their way from the tasks that find them to the one that serves the connection.
final class HTTP2Answers: Sendable {
  private struct State {
    var answers: [(stream: Int32, response: Response)] = []
    /// Whether the next answer must wake who serves the connection.
    var isAwaited = false
  }

  private let call: Call
  private let state = Mutex(State())

  /// - Parameter call: wakes who serves the connection.
  init(call: Call) { self.call = call }

  /// Hands an answer over.
  func add(_ response: Response, to stream: Int32) {
    let isAwaited = state.withLock { state in
      defer { state.isAwaited = false }
      state.answers.append((stream, response))
      return state.isAwaited
    }
    if isAwaited { call() }
  }

  /// Takes those that are there.
  func take() -> [(stream: Int32, response: Response)] {
    state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  /// Whether there are none, so that it is time to wait: the next one calls.
  func areAwaited() -> Bool {
    state.withLock { state in
      state.isAwaited = state.answers.isEmpty
      return state.isAwaited
    }
  }
}
