internal import Glibc

/// A system call that failed: which, on what, and why.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The call, and what it was for.
  public let operation: String
  /// `errno` right after the call.
  public let code: CInt

  /// A failure of `operation`.
  public init(_ operation: String, code: CInt) {
    self.operation = operation
    self.code = code
  }

  /// One line for a person.
  public var description: String {
    "\(operation): \(unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")"
  }
}
