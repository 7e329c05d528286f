public import HTTP
internal import JSON

/// Why an API server did not do what it was asked.
public enum KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
  case access(AccessError)
  case unreachable(HTTPClientError)
  case refused(Status)
  /// An answer that is not what the API says, told in words.
  case unreadable(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .access(let error): error.description
    case .unreachable(let error): "the API server cannot be reached: \(error)"
    case .refused(let status): status.description
    case .unreadable(let what): "the API server's answer cannot be read: \(what)"
    }
  }

  /// Whether an answer came that nobody can read here: it is too large, or no JSON. To ask for less may help.
  var isUnreadable: Bool {
    switch self {
    case .unreachable(let error): error.isTooLarge
    case .unreadable: true
    case .access, .refused: false
    }
  }

  /// Whether the server will answer the same until somebody changes what is asked, or who may ask: the call is not
  /// allowed, or what it says is not valid (Kubernetes API conventions, "HTTP Status codes").
  public var isLasting: Bool {
    switch self {
    case .refused(let status): [400, 403, 405, 413, 415, 422].contains(status.code)
    case .unreachable(let error): error.isTooLarge
    case .access, .unreadable: false
    }
  }

  /// The status where the server refused, else `nil`.
  public var status: Status? { if case .refused(let status) = self { status } else { nil } }
}

extension HTTPClientError {
  /// Whether there was more of an answer, or of a line, than is read.
  var isTooLarge: Bool { if case .wire(.bodyTooLarge) = self { true } else { false } }
}

/// A refusal, as an API server words it (`metav1.Status`).
public struct Status: Hashable, Sendable, CustomStringConvertible {
  /// The HTTP status code.
  public let code: Int
  /// The reason in a word for programs, such as `AlreadyExists`; empty where the server gave none.
  public let reason: String
  /// The reason for a person.
  public let message: String

  /// How long the server wants to be left alone; `nil` where it does not say.
  public let retryAfter: Duration?

  /// A status in words of one's own.
  public init(code: Int, reason: String = "", message: String, retryAfter: Duration? = nil) {
    (self.code, self.reason, self.message, self.retryAfter) = (code, reason, message, retryAfter)
  }

  /// Reads a `Status` object.
  init(_ object: JSONElement, code: Int? = nil, retryAfter: Duration? = nil) {
    self.retryAfter = retryAfter
    self.code = code ?? object.member("code")?.integer ?? 500
    reason = object.member("reason")?.string ?? ""
    message = object.member("message")?.string ?? "without a message"
  }

  /// The status of a response: what a `Status` says, or what a proxy in between does.
  init(of body: [UInt8], code: Int, retryAfter: Duration?) {
    guard let document = try? JSONDocument(body), document.root.member("kind")?.string == "Status" else {
      self.init(
        code: code, message: String(decoding: body.prefix(200), as: UTF8.self), retryAfter: retryAfter)
      return
    }
    self.init(document.root, code: code, retryAfter: retryAfter)
  }

  /// There is no such object, or no such kind of object.
  public var isNotFound: Bool { code == 404 }
  /// Somebody else has written the object, or has made it already.
  public var isConflict: Bool { code == 409 }
  /// What was asked for is too old to be had: list again.
  public var isGone: Bool { code == 410 }

  /// One line for a person.
  public var description: String { "\(code)\(reason.isEmpty ? "" : " \(reason)"): \(message)" }
}
