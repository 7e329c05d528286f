internal import CNGHTTP2
internal import HTTPTypes

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
