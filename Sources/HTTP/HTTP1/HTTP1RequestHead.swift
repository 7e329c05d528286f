internal import HTTPTypes

/// A request's head as HTTP/1 has it: the request, and what its fields say about the connection and the body.
struct HTTP1RequestHead {
  let request: HTTPRequest
  let framing: BodyFraming
  /// Whether another request may follow (RFC 9112 section 9.3).
  let keepsAlive: Bool
  /// Whether the client waits to be asked for the body (RFC 9110 section 10.1.1).
  let expectsContinue: Bool

  /// - Parameter bytes: the head without the empty line that ends it.
  init(_ bytes: ArraySlice<UInt8>, limits: HTTPLimits) throws(WireError) {
    let section = try FieldSection(bytes, mostFields: limits.fields)
    let line = try RequestLine(section.startLine)
    let connection = section.connection
    let authority = try HTTP1RequestHead.authority(of: line, connection)
    request = HTTPRequest(
      method: line.method, scheme: line.scheme, authority: authority, path: line.path, headerFields: section.fields)
    framing = try BodyFraming(ofRequestWith: connection, version: line.version)
    keepsAlive = connection.keepsAlive(in: line.version)
    expectsContinue = line.version == .http11 && connection.expectsContinue
  }

  /// RFC 9112 section 3.2: exactly one Host in HTTP/1.1; an absolute target's authority counts instead of it.
  private static func authority(
    of line: RequestLine, _ connection: ConnectionFields
  ) throws(WireError) -> String? {
    guard connection.hosts.count <= 1, connection.hosts.count == 1 || line.version == .http10 else {
      throw .malformed("\(connection.hosts.count) Host fields, expected one")
    }
    try check(connection.hosts.first)
    try check(line.authority)
    return line.authority ?? connection.hosts.first
  }

  private static func check(_ host: String?) throws(WireError) {
    guard let host, !isAuthority(host) else { return }
    throw .malformed("the host \(quoted(Array(host.utf8)[...]))")
  }

  /// Whether a text has only characters of host and port (RFC 3986 sections 3.2.2 and 3.2.3). User information is an
  /// error (RFC 9110 section 4.2.4).
  static func isAuthority(_ text: String) -> Bool { text.utf8.allSatisfy(isAuthority) }

  private static func isAuthority(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
    default: "_~!$&'()*+,;=%[]".utf8.contains(byte)
    }
  }
}

/// `HTTP/1.0` or `HTTP/1.1`.
enum HTTP1Version {
  case http10, http11

  private static let text10 = ArraySlice("HTTP/1.0".utf8)
  private static let text11 = ArraySlice("HTTP/1.1".utf8)

  /// - Throws: `WireError` for another version, or something that is none.
  init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
    if bytes == HTTP1Version.text11 {
      self = .http11
    } else if bytes == HTTP1Version.text10 {
      self = .http10
    } else if bytes.starts(with: "HTTP/".utf8) {
      throw .unknownVersion(quoted(bytes))
    } else {
      throw .malformed("no HTTP version at the end of the request line")
    }
  }
}

/// `POST /mutate HTTP/1.1`, by RFC 9112 section 3.
struct RequestLine {
  let method: HTTPRequest.Method
  let version: HTTP1Version
  /// Path and query, `*`, or a CONNECT's authority.
  let path: String
  let scheme: String?
  /// The authority of an absolute target.
  let authority: String?

  init(_ line: ArraySlice<UInt8>) throws(WireError) {
    let space = UInt8(ascii: " ")
    guard let first = line.place(of: space), let last = line.lastIndex(of: space), first < last,
      line[(first + 1)..<last].place(of: space) == nil,
      let method = RequestLine.method(line[..<first])
    else { throw .malformed("the request line \(quoted(line)), expected method, target and version") }
    let target = line[(first + 1)..<last]
    guard !target.isEmpty, target.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
      throw .malformed("the target \(quoted(target))")
    }
    self.method = method
    version = try HTTP1Version(line[(last + 1)...])
    (scheme, authority, path) = try RequestLine.target(String(decoding: target, as: UTF8.self), of: method)
  }

  /// POST, which is nearly every request's, is known by its bytes.
  private static func method(_ bytes: ArraySlice<UInt8>) -> HTTPRequest.Method? {
    bytes.spells("POST") ? .post : HTTPRequest.Method(String(decoding: bytes, as: UTF8.self))
  }

  /// The four forms of a target (RFC 9112 section 3.2).
  private static func target(
    _ text: String, of method: HTTPRequest.Method
  ) throws(WireError) -> (scheme: String?, authority: String?, path: String) {
    if text.utf8.first == UInt8(ascii: "/") || (text == "*" && method == .options) || method == .connect {
      return (nil, nil, text)
    }
    let lowercased = text.lowercased()
    for scheme in ["http", "https"] where lowercased.hasPrefix("\(scheme)://") {
      let rest = text.dropFirst(scheme.count + 3)
      let authority = rest.prefix { $0 != "/" && $0 != "?" }
      let path = rest[authority.endIndex...]
      guard !authority.isEmpty else { break }
      return (scheme, String(authority), path.hasPrefix("/") ? String(path) : "/\(path)")
    }
    throw .malformed("the target \(quoted(Array(text.utf8)[...])), expected a path")
  }
}
