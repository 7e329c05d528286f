/// Wakes the task that waits to receive from a connection, or will wait next: another task has something for it.
public struct Call: Sendable {
  private let socket: Socket

  init(_ socket: Socket) { self.socket = socket }

  /// Ends the wait with `Connection.Received.called`. Calls that nobody has waited for yet count as one.
  public func callAsFunction() { socket.call() }

  /// Ends the connection at once, whatever the task is at. Its next read or write fails.
  public func breakOff() { socket.breakOff() }
}
