public import HTTPTypes
public import Transport

/// A request with its whole body.
public struct Request: Sendable {
  /// Method, target and header fields.
  public let head: HTTPRequest
  /// The body, empty if there is none.
  public let body: [UInt8]
  /// When its first byte arrived, or a little earlier: the time that it waited for its turn counts.
  public let arrival: Instant

  /// A request.
  public init(head: HTTPRequest, body: [UInt8] = [], arrival: Instant = .now) {
    self.head = head
    self.body = body
    self.arrival = arrival
  }

  /// How long ago that was.
  public var age: Duration { arrival.duration(to: .now) }

  /// The target's path, without its query.
  public var path: Substring {
    let target = head.path ?? ""
    return target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
  }

  /// The target's query, without its question mark; `nil` if there is none.
  public var query: Substring? {
    guard let target = head.path, let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    return target[target.utf8.index(after: mark)...]
  }
}

/// A response with its whole body.
public struct Response: Sendable {
  /// Status and header fields; `Content-Length`, `Date` and `Connection` are the server's to add.
  public var head: HTTPResponse { didSet { text = nil } }
  /// The head as HTTP/1.1 writes it, if that has been prepared.
  private(set) var text: [UInt8]?
  /// The body, empty if there is none.
  public let body: [UInt8]

  /// A response.
  ///
  /// - Parameter contentType: what the body is, if there is one.
  public init(_ status: HTTPResponse.Status, contentType: String? = nil, body: [UInt8] = []) {
    head = HTTPResponse(status: status)
    if let contentType { head.headerFields.append(HTTPField(name: .contentType, value: contentType)) }
    self.body = body
  }

  /// A response whose head has been prepared.
  public init(_ head: ResponseHead, body: [UInt8]) {
    self.head = head.response
    text = head.text
    self.body = body
  }

  /// A response whose fields are known.
  init(head: HTTPResponse, body: [UInt8]) {
    self.head = head
    self.body = body
  }

  /// A response of plain text, ended by a newline.
  public static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
  }
}

/// The head that many responses share, made and written once.
public struct ResponseHead: Sendable {
  fileprivate let response: HTTPResponse
  fileprivate let text: [UInt8]

  /// A head with one field.
  public init(_ status: HTTPResponse.Status, contentType: String) {
    response = Response(status, contentType: contentType).head
    text = HTTP1Writer.start(of: response)
  }
}

/// Answers requests. One value serves all connections at once.
public protocol Responder: Sendable {
  /// The answer; whatever goes wrong is an answer too.
  func respond(to request: Request) async -> Response
  /// The answer to bytes that are no request that could be read, or one that is too large.
  func respond(to error: WireError) -> Response
  /// The answer to a request that no endpoint gets.
  func respond(to reason: Unavailable) -> Response
}

extension Responder {
  /// The reason as plain text.
  public func respond(to error: WireError) -> Response { .text(error.status, error.description) }
  /// The reason as plain text.
  public func respond(to reason: Unavailable) -> Response { reason.response(Response.text) }
}
