internal import COpenSSL

/// What OpenSSL could not do, and why.
public struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, and with which file or peer.
  public let operation: String
  /// OpenSSL's own reasons, the first cause first.
  public let reasons: [String]
  /// The kind of failure, where it is one of talking to a peer.
  public let failure: TLSFailure

  /// A failure with reasons of our own.
  public init(_ operation: String, reasons: [String], _ failure: TLSFailure = .other) {
    self.operation = operation
    self.reasons = reasons
    self.failure = failure
  }

  /// A failure just now on this thread, whose reasons are taken out of OpenSSL's queue.
  init(_ operation: String) {
    var reasons: [String] = []
    var failure = TLSFailure.other
    while case let code = ERR_get_error(), code != 0 {
      reasons.append(TLSError.text(of: code))
      if failure == .other { failure = TLSFailure(reason: ERR_GET_REASON(code)) }
    }
    self.init(operation, reasons: reasons, failure)
  }

  /// One line for a person.
  public var description: String {
    reasons.isEmpty ? operation : "\(operation): \(reasons.joined(separator: ", "))"
  }

  private static func text(of code: UInt) -> String {
    guard let reason = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: reason)
  }
}
