internal import HTTPTypes

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

  /// A response's framing, if a body is allowed at all.
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

/// The fields that say how a message is framed and whether its connection lives on, gathered as they are read.
struct ConnectionFields {
  private(set) var hosts = Values()
  private(set) var lengths = Values()
  private(set) var codings: [String] = []
  private(set) var expectsContinue = false
  private var options: [String] = []

  /// The values of a field that a message should have once: the first, and how many there are.
  struct Values {
    private(set) var first: String?
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    fileprivate mutating func append(_ value: String) {
      first = first ?? value
      count += 1
    }
  }

  init() {}

  init(_ fields: HTTPFields) { for field in fields { add(field) } }

  /// Takes note of a field.
  mutating func add(_ field: HTTPField) {
    let name = field.name.canonicalName
    // The length comes first, as most fields are told apart by it, and comparing texts takes longer.
    switch (name.utf8.count, name) {
    case (4, "host"): hosts.append(field.value)
    case (14, "content-length"): lengths.append(field.value)
    case (17, "transfer-encoding"): codings += ConnectionFields.list(field.value)
    case (10, "connection"): options += ConnectionFields.list(field.value)
    case (6, "expect"): expectsContinue = ConnectionFields.list(field.value) == ["100-continue"]
    default: break
    }
  }

  /// RFC 9112 section 9.3.
  func keepsAlive(in version: HTTP1Version) -> Bool {
    if options.contains("close") { return false }
    return version == .http11 || options.contains("keep-alive")
  }

  /// The elements, empty ones too, in lower case by ASCII alone: Unicode has other letters whose lower case is ASCII,
  /// and who else reads the field may not know them.
  private static func list(_ value: String) -> [String] {
    let lowercase = value.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return lowercase.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { part in
      String(decoding: part.trimmingBlanks, as: UTF8.self)
    }
  }
}
