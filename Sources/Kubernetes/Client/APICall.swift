internal import HTTP
internal import HTTPTypes
public import JSON
internal import Transport

/// One request to an API server.
public struct APICall: Sendable {
  /// What it does.
  public let verb: Verb
  /// The path, its segments escaped where they need it.
  public let path: String
  /// Parameters, not escaped.
  public var query: [(name: String, value: String)]
  /// What the answer should look like.
  public var accept = "application/json"
  private let body: JSONValue?

  /// What a call does (Kubernetes API conventions, "Verbs on Resources").
  public enum Verb: Hashable, Sendable {
    case read
    case create
    /// Server-side apply: the body is JSON, which is YAML too, as every server takes it.
    case apply
    /// A JSON merge patch (RFC 7386).
    case merge
    /// A JSON Patch (RFC 6902): the body is an array of operations.
    case patch
    case replace
  }

  /// A call.
  public init(_ verb: Verb, _ path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil) {
    (self.verb, self.path, self.query, self.body) = (verb, path, query, body)
  }

  /// The request as it goes over the wire.
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

  /// Every character but the unreserved as bytes in hexadecimal (RFC 3986 section 2.1).
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
