package import HTTP
internal import HTTPTypes
package import JSON
internal import Transport

/// One request to an API server.
package struct APICall: Sendable {
  /// What the request does.
  package let verb: Verb
  /// The path, with its segments escaped if they need it.
  package let path: String
  /// The query parameters, not escaped.
  package var query: [(name: String, value: String)]
  /// The media type to accept.
  package var accept = "application/json"
  private let body: JSONValue?

  /// What a call does (Kubernetes API conventions, "Verbs on Resources").
  package enum Verb: Hashable, Sendable {
    case read
    case create
    /// Server-side apply. The body is JSON, which is YAML too, as every server accepts.
    case apply
    /// A JSON merge patch (RFC 7386).
    case merge
    /// A JSON Patch (RFC 6902). The body is an array of operations.
    case patch
    case replace
  }

  /// A call.
  package init(_ verb: Verb, _ path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil) {
    (self.verb, self.path, self.query, self.body) = (verb, path, query, body)
  }

  /// Returns the HTTP request.
  func request(to access: ClusterAccess, bearer: String?) -> Request {
    let parameters = query.map { "\(APICall.escaped($0.name))=\(APICall.escaped($0.value))" }.joined(separator: "&")
    let target = access.prefix + path + (parameters.isEmpty ? "" : "?\(parameters)")
    var head = HTTPRequest(
      method: verb.method, scheme: access.security == nil ? "http" : "https",
      authority: access.endpoint.description, path: target)
    head.headerFields[.accept] = accept
    head.headerFields[.userAgent] = "raymesh"
    if let bearer { head.headerFields[.authorization] = "Bearer \(bearer)" }
    guard let body else { return Request(head: head) }
    head.headerFields[.contentType] = verb.contentType
    return Request(head: head, body: JSONWriter.bytes(of: body))
  }

  /// Escapes every byte but the unreserved characters (RFC 3986 section 2.1).
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if byte < 0x80,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
      {
        escaped.unicodeScalars.append(scalar)
      } else {
        escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return escaped
  }
}

extension APICall.Verb {
  fileprivate var method: HTTPRequest.Method {
    switch self {
    case .read: .get
    case .create: .post
    case .apply, .merge, .patch: .patch
    case .replace: .put
    }
  }

  fileprivate var contentType: String {
    switch self {
    case .read, .create, .replace: "application/json"
    case .apply: "application/apply-patch+yaml"
    case .merge: "application/merge-patch+json"
    case .patch: "application/json-patch+json"
    }
  }
}

/// Why a call to an API server failed.
package enum KubernetesError: Error, Hashable, Sendable, CustomStringConvertible {
  case access(AccessError)
  case unreachable(HTTPClientError)
  case refused(Status)
  /// The answer is not what the API promises, in words.
  case unreadable(String)

  /// One line for a person.
  package var description: String {
    switch self {
    case .access(let error): error.description
    case .unreachable(let error): "the API server cannot be reached: \(error)"
    case .refused(let status): status.description
    case .unreadable(let what): "the API server's answer cannot be read: \(what)"
    }
  }

  /// Whether an answer came that cannot be read here, because it is too large or is not JSON. Asking for less may help.
  var isUnreadable: Bool {
    switch self {
    case .unreachable(let error): error.isTooLarge
    case .unreadable: true
    case .access, .refused: false
    }
  }

  /// Whether the server will answer the same until somebody changes the request or a right.
  ///
  /// The call is not allowed, or what it says is not valid (Kubernetes API conventions, "HTTP Status codes").
  package var isLasting: Bool {
    switch self {
    case .refused(let status): [400, 403, 405, 413, 415, 422].contains(status.code)
    case .unreachable(let error): error.isTooLarge
    case .access, .unreadable: false
    }
  }

  /// The status if the server has rejected the call, else `nil`.
  package var status: Status? { if case .refused(let status) = self { status } else { nil } }
}

extension HTTPClientError {
  /// Whether an answer or a line was longer than what is read.
  var isTooLarge: Bool { if case .wire(.bodyTooLarge) = self { true } else { false } }
}

/// A rejection in the API server's words (`metav1.Status`).
package struct Status: Hashable, Sendable, CustomStringConvertible {
  /// The HTTP status code.
  package let code: Int
  /// The reason in a word for programs, such as `AlreadyExists`; empty if the server gave none.
  package let reason: String
  /// The reason for a person.
  package let message: String

  /// How long the server asks to be left alone; `nil` if it does not say.
  package let retryAfter: Duration?

  /// A status from its parts.
  package init(code: Int, reason: String = "", message: String, retryAfter: Duration? = nil) {
    (self.code, self.reason, self.message, self.retryAfter) = (code, reason, message, retryAfter)
  }

  /// Reads a `Status` object.
  init(_ object: JSONElement, code: Int? = nil, retryAfter: Duration? = nil) {
    self.retryAfter = retryAfter
    self.code = code ?? object.member("code")?.integer ?? 500
    reason = object.member("reason")?.string ?? ""
    message = object.member("message")?.string ?? "without a message"
  }

  /// Reads the status of a response, which may come from a proxy in between.
  init(of body: [UInt8], code: Int, retryAfter: Duration?) {
    guard let document = try? JSONDocument(body), document.root.member("kind")?.string == "Status" else {
      self.init(
        code: code, message: String(decoding: body.prefix(200), as: UTF8.self), retryAfter: retryAfter)
      return
    }
    self.init(document.root, code: code, retryAfter: retryAfter)
  }

  /// Whether there is no such object, or no such kind of object.
  package var isNotFound: Bool { code == 404 }
  /// Whether somebody else has written or created the object.
  package var isConflict: Bool { code == 409 }
  /// Whether the requested version is too old. The caller has to list again.
  package var isGone: Bool { code == 410 }

  /// One line for a person.
  package var description: String { "\(code)\(reason.isEmpty ? "" : " \(reason)"): \(message)" }
}
