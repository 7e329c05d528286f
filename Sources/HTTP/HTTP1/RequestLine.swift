internal import HTTPTypes

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
    guard let first = line.firstIndex(of: space), let last = line.lastIndex(of: space), first < last,
      !line[(first + 1)..<last].contains(space),
      let method = HTTPRequest.Method(String(decoding: line[..<first], as: UTF8.self))
    else { throw .malformed("the request line \(quoted(line)), expected method, target and version") }
    let target = line[(first + 1)..<last]
    guard !target.isEmpty, target.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
      throw .malformed("the target \(quoted(target))")
    }
    self.method = method
    version = try HTTP1Version(line[(last + 1)...])
    (scheme, authority, path) = try RequestLine.target(String(decoding: target, as: UTF8.self), of: method)
  }

  /// The four forms of a target (RFC 9112 section 3.2).
  private static func target(
    _ text: String, of method: HTTPRequest.Method
  ) throws(WireError) -> (scheme: String?, authority: String?, path: String) {
    if text.hasPrefix("/") || (text == "*" && method == .options) || method == .connect { return (nil, nil, text) }
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
