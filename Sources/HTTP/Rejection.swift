public import HTTPTypes

/// A message that violates HTTP or exceeds a limit. The connection ends after it.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Not a message by RFC 9112.
  case malformed(String)
  /// A head with more bytes or fields than the limit.
  case headTooLarge(limit: String)
  /// A body with more bytes than the limit.
  case bodyTooLarge(limit: Int)
  /// A transfer coding other than chunked.
  case unknownCoding(String)
  /// A version other than 1.0 and 1.1.
  case unknownVersion(String)
  /// The rest did not come in time.
  case tooSlow(String)

  /// The status that tells the peer so (RFC 9110 section 15, RFC 6585 section 5).
  public var status: HTTPResponse.Status {
    switch self {
    case .malformed: .badRequest
    case .headTooLarge: .requestHeaderFieldsTooLarge
    case .bodyTooLarge: .contentTooLarge
    case .unknownCoding: .notImplemented
    case .unknownVersion: .httpVersionNotSupported
    case .tooSlow: .requestTimeout
    }
  }

  /// The kinds, each in a word.
  enum Kind: String, CaseIterable {
    case malformed
    case headTooLarge = "head-too-large"
    case bodyTooLarge = "body-too-large"
    case unknownCoding = "unknown-coding"
    case unknownVersion = "unknown-version"
    case tooSlow = "too-slow"
  }

  /// The kind.
  var kind: Kind {
    switch self {
    case .malformed: .malformed
    case .headTooLarge: .headTooLarge
    case .bodyTooLarge: .bodyTooLarge
    case .unknownCoding: .unknownCoding
    case .unknownVersion: .unknownVersion
    case .tooSlow: .tooSlow
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .malformed(let what): "malformed: \(what)"
    case .headTooLarge(let limit): "head too large: expected at most \(limit)"
    case .bodyTooLarge(let limit): "body too large: expected at most \(limit) bytes"
    case .unknownCoding(let coding): "transfer coding \(coding) not implemented: expected chunked"
    case .unknownVersion(let version): "\(version) not supported: expected HTTP/1.1"
    case .tooSlow(let what): "request too slow: \(what) did not come in time"
    }
  }
}

/// Why a request is not served here and now, though another replica or a retry may serve it.
///
/// An API server tries again within its own deadline if a 503 says when (kube-apiserver,
/// `client-go/rest/with_retry.go`).
public enum Unavailable: CaseIterable, Hashable, Sendable {
  /// The server shuts down: another replica can be asked at once.
  case ending
  /// Its timeout is too short for the requests ahead of it.
  case overloaded
  /// There is no memory left for it.
  case full

  /// Seconds after which to try again (RFC 9110 section 10.2.3).
  public var retryAfter: Int {
    switch self {
    case .ending: 0
    case .overloaded, .full: 1
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .ending: "this server ends; ask another"
    case .overloaded: "too busy to answer in the time that was given"
    case .full: "no memory left for this request; try again"
    }
  }

  /// The answer, told by `explain`.
  public func response(_ explain: (HTTPResponse.Status, String) -> Response) -> Response {
    var response = explain(.serviceUnavailable, description)
    response.head.headerFields[.retryAfter] = String(retryAfter)
    return response
  }
}
