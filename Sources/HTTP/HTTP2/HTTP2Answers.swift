internal import Synchronization
internal import Transport

/// Answers on their way from the tasks that find them to the one that serves the connection.
final class HTTP2Answers: Sendable {
  private let call: Call
  private let answers = Mutex<[(stream: Int32, response: Response)]>([])

  /// - Parameter call: wakes who serves the connection.
  init(call: Call) { self.call = call }

  /// Hands an answer over.
  func add(_ response: Response, to stream: Int32) {
    answers.withLock { $0.append((stream, response)) }
    call()
  }

  /// Takes those that are there.
  func take() -> [(stream: Int32, response: Response)] {
    answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }
}
