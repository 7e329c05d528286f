internal import CNGHTTP2
internal import HTTPTypes

/// A request's head as its fields come, each already decompressed and checked by RFC 9113 section 8.
struct HTTP2Head {
  /// Bytes of the list so far, as RFC 9113 section 6.5.2 counts them.
  private(set) var size = 0
  private let limits: HTTPLimits
  private var pseudo = Pseudo()
  private var fields = HTTPFields()
  private var fault: WireError?

  /// The fields of RFC 9113 section 8.3.1; nghttp2 takes no other, and each once.
  private struct Pseudo {
    var method: String?
    var scheme: String?
    var authority: String?
    var path: String?

    mutating func set(_ name: String, _ value: String) {
      switch name {
      case ":method": method = value
      case ":scheme": scheme = value
      case ":authority": authority = value
      case ":path": path = value
      default: break
      }
    }
  }

  init(limits: HTTPLimits) { self.limits = limits }

  /// Takes a field. If the list is too large or wrong, the fault is kept and no further field is.
  mutating func add(_ name: String, _ value: [UInt8]) {
    count(name, value)
    if fields.count == limits.fields, !name.hasPrefix(":"), fault == nil {
      fault = .headTooLarge(limit: "\(limits.fields) fields")
    }
    guard fault == nil else { return }
    if name.hasPrefix(":") {
      pseudo.set(name, String(decoding: value, as: UTF8.self))
    } else if let name = HTTPField.Name(name) {
      fields.append(HTTPField(name: name, lenientValue: value))
    } else {
      fault = .malformed("a header field without a name")
    }
  }

  /// Counts a field that is not kept, such as a trailer.
  mutating func count(_ name: String, _ value: [UInt8]) {
    size += name.utf8.count + value.count + 32
    if size > limits.head { fault = .headTooLarge(limit: "\(limits.head) bytes") }
  }

  /// - Throws: `WireError` if it has become too large.
  func checkSize() throws(WireError) { if let fault { throw fault } }

  /// Whether the response must not have a body.
  var isOfHead: Bool { pseudo.method == HTTPRequest.Method.head.rawValue }

  /// The request, when all fields have come.
  ///
  /// - Throws: `WireError` for a head that is too large, or that HTTP/1.1 would not have taken.
  func request() throws(WireError) -> (HTTPRequest, ConnectionFields) {
    if let fault { throw fault }
    guard let method = HTTPRequest.Method(pseudo.method ?? "") else { throw .malformed("the method") }
    let connection = ConnectionFields(fields)
    let authority = try authority(connection)
    let target = method == .connect ? authority : pseudo.path
    try HTTP2Head.check(target ?? "", of: method)
    if let scheme = pseudo.scheme, scheme != "https", scheme != "http" {
      throw .malformed("the scheme \(quoted(Array(scheme.utf8)[...])), expected https")
    }
    let request = HTTPRequest(
      method: method, scheme: pseudo.scheme, authority: authority, path: target, headerFields: fields)
    return (request, connection)
  }

  /// RFC 9113 section 8.3.1: `:authority`, or a Host field, or both and the same.
  private func authority(_ connection: ConnectionFields) throws(WireError) -> String {
    guard connection.hosts.count <= 1, let authority = pseudo.authority ?? connection.hosts.first else {
      throw .malformed("\(connection.hosts.count) Host fields, expected one")
    }
    let isOne = connection.hosts.first.map { $0 == authority } ?? true
    guard isOne, HTTP1RequestHead.isAuthority(authority) else {
      throw .malformed("the host \(quoted(Array(authority.utf8)[...]))")
    }
    return authority
  }

  private static func check(_ target: String, of method: HTTPRequest.Method) throws(WireError) {
    let hasForm = target.hasPrefix("/") || (target == "*" && method == .options) || method == .connect
    guard hasForm, target.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
      throw .malformed("the target \(quoted(Array(target.utf8)[...])), expected a path")
    }
  }
}

/// The fields of a response as nghttp2 takes them: names and values in one piece of memory.
struct HTTP2FieldBlock {
  private var text: [UInt8] = []
  private var lengths: [(name: Int, value: Int)] = []

  /// The fields of an interim response.
  init(interim status: HTTPResponse.Status) { add(":status", String(status.code)) }

  /// The fields of a response, with those that the server adds.
  init(of response: Response, date: String) {
    add(":status", String(response.head.status.code))
    for field in response.head.headerFields where !HTTP2FieldBlock.ofConnections.contains(field.name.canonicalName) {
      add(field.name.canonicalName, field.value)
    }
    add("date", date)
    if response.mayHaveBody { add("content-length", String(response.body.count)) }
  }

  /// What RFC 9113 section 8.2.2 allows in no message.
  private static let ofConnections: Set = [
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
  ]

  private mutating func add(_ name: String, _ value: String) {
    text.append(contentsOf: name.utf8)
    text.append(contentsOf: value.utf8)
    lengths.append((name.utf8.count, value.utf8.count))
  }

  /// Hands the fields to nghttp2, which copies them.
  mutating func withEntries(_ body: (UnsafePointer<nghttp2_nv>, Int) -> CInt) -> CInt {
    let lengths = lengths
    return unsafe text.withUnsafeMutableBufferPointer { text in
      guard var place = text.baseAddress else { return 0 }
      var entries: [nghttp2_nv] = unsafe []
      for (name, value) in lengths {
        let flags = UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)
        unsafe entries.append(
          nghttp2_nv(name: place, value: place + name, namelen: name, valuelen: value, flags: flags))
        unsafe place += name + value
      }
      return unsafe entries.withUnsafeBufferPointer { entries in
        guard let first = entries.baseAddress else { return 0 }
        return unsafe body(first, entries.count)
      }
    }
  }
}

extension Response {
  /// Whether there is a body and so a length of one (RFC 9110 sections 8.6 and 15.4.5).
  var mayHaveBody: Bool { head.status != .noContent && head.status != .notModified }
}
