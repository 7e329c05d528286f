/// Why a connection cannot go on.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  case system(SystemError)
  case tls(TLSError)
  /// What was waited for did not come in time.
  case timedOut(String)
  /// The loop was stopped while somebody waited.
  case stopped

  /// One line for a person.
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .tls(let error): error.description
    case .timedOut(let operation): "\(operation): timed out"
    case .stopped: "stopped"
    }
  }
}
