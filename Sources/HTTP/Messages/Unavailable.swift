public import HTTPTypes

/// Why a request is not worked on here and now, though it could be answered elsewhere or later.
///
/// An API server tries again within its own deadline where a 503 says when (kube-apiserver,
/// `client-go/rest/with_retry.go`).
public enum Unavailable: CaseIterable, Hashable, Sendable {
  /// The server ends: another replica can be asked at once.
  case ending
  /// There are more requests before it than its time allows.
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
