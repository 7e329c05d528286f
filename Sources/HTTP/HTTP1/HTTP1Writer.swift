internal import HTTPTypes

/// Writes messages as HTTP/1.1 has them (RFC 9112).
enum HTTP1Writer {
  static let askForBody = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// A whole response.
  ///
  /// - Parameters:
  ///   - method: what it answers: a HEAD's has no body, but says how long that would be.
  ///   - closes: whether the connection ends after it.
  static func bytes(of response: Response, to method: HTTPRequest.Method, date: String, closes: Bool) -> [UInt8] {
    let body = response.body(to: method)
    var bytes = head(of: response, date: date, closes: closes, capacity: body.count)
    bytes.append(contentsOf: body)
    return bytes
  }

  /// The head of a response, with the empty line that ends it.
  ///
  /// - Parameter capacity: bytes to make room for besides.
  static func head(of response: Response, date: String, closes: Bool, capacity: Int = 0) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + capacity)
    bytes.append(contentsOf: response.text ?? start(of: response.head))
    bytes.append("Date", date)
    if response.mayHaveBody { bytes.append("Content-Length", String(response.body.count)) }
    if closes { bytes.append("Connection", "close") }
    bytes.append("\r\n")
    return bytes
  }

  /// The status line and the fields of a response, without those that the server adds.
  static func start(of head: HTTPResponse) -> [UInt8] {
    var bytes = Array("HTTP/1.1 \(head.status.code) ".utf8)
    bytes.append(head.status.reasonPhrase)
    bytes.append("\r\n")
    bytes.appendFields(head.headerFields)
    return bytes
  }

  /// A whole request.
  static func bytes(of request: Request) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(contentsOf: "\(request.head.method.rawValue) \(request.head.path ?? "/") HTTP/1.1\r\n".utf8)
    bytes.append(contentsOf: "Host: \(request.head.authority ?? "")\r\n".utf8)
    bytes.appendFields(request.head.headerFields)
    bytes.append(contentsOf: "Content-Length: \(request.body.count)\r\n\r\n".utf8)
    return bytes + request.body
  }
}

extension Response {
  /// What goes over the wire of its body.
  func body(to method: HTTPRequest.Method) -> [UInt8] { method != .head && mayHaveBody ? body : [] }
}

extension [UInt8] {
  /// Appends a text as it lies in memory.
  fileprivate mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { unsafe append(contentsOf: $0) }
  }

  fileprivate mutating func append(_ name: String, _ value: String) {
    append(name)
    append(": ")
    append(value)
    append("\r\n")
  }

  fileprivate mutating func appendFields(_ fields: HTTPFields) {
    for field in fields { append(field.name.rawName, field.value) }
  }
}
