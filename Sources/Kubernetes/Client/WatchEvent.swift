internal import HTTP
public import JSON
public import Transport

/// One line of a watch (`metav1.WatchEvent`).
public enum WatchEvent {
  /// An object as it is now, added or changed.
  case changed(JSONElement)
  case deleted(JSONElement)
  /// Nothing has happened up to a resource version.
  case bookmark(String)
  /// The watch ends; 410 where what it wants to see is forgotten.
  case failed(Status)
  /// A line that cannot be read, and why: it is too long, or no event. Others may follow.
  case unreadable(String)

  /// Reads a line.
  ///
  /// - Throws: `KubernetesError` where it is no event.
  public init(line: [UInt8]) throws(KubernetesError) {
    do {
      let event = try JSONDocument(line).root
      let object = try event.requiredObject("object").asRoot
      switch try event.requiredString("type") {
      case "ADDED", "MODIFIED": self = .changed(object)
      case "DELETED": self = .deleted(object)
      case "BOOKMARK": self = .bookmark(try object.requiredObject("metadata").requiredString("resourceVersion"))
      case "ERROR": self = .failed(Status(object))
      case let other: throw KubernetesError.unreadable("a watch event of type \(other)")
      }
    } catch let error as KubernetesError { throw error } catch { throw .unreadable("\(error)") }
  }
}

/// The events of a watch that runs. It stays with its client's task.
public final class WatchStream {
  private let lines: ResponseLines

  init(_ lines: ResponseLines) { self.lines = lines }

  /// The next event; `nil` where the server has ended the watch, as it does every few minutes.
  ///
  /// - Parameter phase: the loop's phase that ends the wait.
  /// - Throws: `KubernetesError` where the connection breaks, or within a line.
  public func next(
    until deadline: Instant, endedBy phase: LoopPhase
  ) async throws(KubernetesError) -> WatchEvent? {
    let line: [UInt8]?
    do throws(HTTPClientError) { line = try await lines.next(until: deadline, endedBy: phase) } catch {
      if error.isTooLarge { return .unreadable(error.description) }
      throw .unreachable(error)
    }
    guard let line else { return nil }
    do throws(KubernetesError) { return try WatchEvent(line: line) } catch { return .unreadable(error.description) }
  }
}
