/// How long a message's body is (RFC 9112 section 6.3).
enum BodyFraming: Hashable {
  case length(Int)
  case chunked
  /// A response that ends with its connection.
  case untilClose

  /// A request's framing. What two readers could read differently is refused: that is how requests are smuggled.
  init(ofRequestWith fields: ConnectionFields, version: HTTP1Version) throws(WireError) {
    guard fields.codings.isEmpty else {
      guard fields.lengths.isEmpty else { throw .malformed("both Content-Length and Transfer-Encoding") }
      guard version == .http11 else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
      guard !fields.codings.contains("") else { throw .malformed("Transfer-Encoding without a coding") }
      guard fields.codings == ["chunked"] else { throw .unknownCoding(fields.codings.joined(separator: ", ")) }
      self = .chunked
      return
    }
    self = .length(try BodyFraming.length(fields) ?? 0)
  }

  /// A response's framing, where a body is allowed at all.
  init(ofResponseWith fields: ConnectionFields) throws(WireError) {
    guard fields.codings.isEmpty else {
      guard fields.lengths.isEmpty, fields.codings == ["chunked"] else {
        throw .malformed("a response of unclear length")
      }
      self = .chunked
      return
    }
    self = try BodyFraming.length(fields).map { .length($0) } ?? .untilClose
  }

  private static func length(_ fields: ConnectionFields) throws(WireError) -> Int? {
    guard let text = fields.lengths.first else { return nil }
    guard fields.lengths.count == 1 else { throw .malformed("several Content-Length fields") }
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw .malformed("Content-Length \(quoted(Array(text.utf8)[...])), expected a number")
    }
    // More digits than an integer holds is more than any limit.
    return Int(text) ?? .max
  }
}
