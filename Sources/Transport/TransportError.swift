internal import Glibc
public import TLS

/// Why a connection cannot go on.
public enum TransportError: Error, Hashable, Sendable, CustomStringConvertible {
  case system(SystemError)
  case tls(TLSError)
  /// What was waited for did not come in time.
  case timedOut(String)
  /// The loop was stopped during a wait.
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

  /// Why a handshake failed.
  public var tlsFailure: TLSFailure {
    switch self {
    case .tls(let error): error.failure
    case .timedOut: .timedOut
    case .system, .stopped: .interrupted
    }
  }
}

/// A system call that failed, or gave what was not expected: which, on what, and why.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, and what it was for.
  public let operation: String
  /// `errno` right after the call; 0 if the call itself went well.
  public let code: CInt
  /// What was found and what was expected, if the call itself went well.
  private let reason: String?

  /// A failure of `operation`.
  public init(_ operation: String, code: CInt) {
    self.operation = operation
    self.code = code
    reason = nil
  }

  /// Something found by `operation` that was not expected.
  public init(_ operation: String, reason: String) {
    self.operation = operation
    code = 0
    self.reason = reason
  }

  /// One line for a person.
  public var description: String { "\(operation): \(reason ?? SystemError.text(of: code))" }

  private static func text(of code: CInt) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
