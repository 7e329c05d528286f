import TestSupport
import Testing

/// A client's bytes after its hello, and the requests that they are.
struct GoodHTTP2: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let requests: [HTTP2Request]

  init(_ name: String, _ bytes: [UInt8], _ requests: HTTP2Request...) {
    (testDescription, self.bytes, self.requests) = (name, bytes, requests)
  }

  private static let post = HTTP2Bytes.head("POST", "/")

  static let all = plain + bodies + around

  private static let plain = [
    GoodHTTP2("a GET", HTTP2Bytes.get("/"), HTTP2Request()),
    GoodHTTP2("a query", HTTP2Bytes.get("/a?timeout=5s"), HTTP2Request(1, "GET", "/a?timeout=5s")),
    GoodHTTP2(
      "OPTIONS of the server", HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("OPTIONS", "*")),
      HTTP2Request(1, "OPTIONS", "*")),
    GoodHTTP2(
      "CONNECT", HTTP2Bytes.headers(on: 1, [(":method", "CONNECT"), (":authority", "a:443")]),
      HTTP2Request(1, "CONNECT", "a:443", at: "a:443")),
    GoodHTTP2(
      "a Host field alone",
      HTTP2Bytes.headers(on: 1, [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "i")]),
      HTTP2Request(at: "i", fields: ["host: i"])),
    GoodHTTP2(
      "fields",
      HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("GET", "/") + [("a", ""), ("te", "trailers"), ("a", "\u{e9}")]),
      HTTP2Request(fields: ["a: ", "te: trailers", "a: \u{e9}"])),
    GoodHTTP2(
      "one after the other", HTTP2Bytes.get("/1", on: 1) + HTTP2Bytes.get("/2", on: 3) + HTTP2Bytes.get("/3", on: 9),
      HTTP2Request(1, "GET", "/1"), HTTP2Request(3, "GET", "/2"), HTTP2Request(9, "GET", "/3")),
    GoodHTTP2(
      "six fields", HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("GET", "/") + (1...6).map { ("a", "\($0)") }),
      HTTP2Request(fields: (1...6).map { "a: \($0)" })),
  ]

  private static let bodies = [
    GoodHTTP2("a body", HTTP2Bytes.post("/", "abc"), HTTP2Request(1, "POST", body: "abc")),
    GoodHTTP2(
      "a body of known length", HTTP2Bytes.post("/", "abc", fields: [("content-length", "3")]),
      HTTP2Request(1, "POST", fields: ["content-length: 3"], body: "abc")),
    GoodHTTP2(
      "as much as is taken", HTTP2Bytes.post("/", String(repeating: "z", count: 40)),
      HTTP2Request(1, "POST", body: String(repeating: "z", count: 40))),
    GoodHTTP2(
      "parts and an empty end",
      HTTP2Bytes.headers(on: 1, post, ends: false) + HTTP2Bytes.data(on: 1, "ab", ends: false)
        + HTTP2Bytes.frame(.data, [2, 0x63, 0, 0], .padded, on: 1) + HTTP2Bytes.data(on: 1, ""),
      HTTP2Request(1, "POST", body: "abc")),
    GoodHTTP2(
      "a trailer is dropped",
      HTTP2Bytes.headers(on: 1, post, ends: false) + HTTP2Bytes.data(on: 1, "abc", ends: false)
        + HTTP2Bytes.headers(on: 1, [("checksum", "7"), ("host", "x")]),
      HTTP2Request(1, "POST", body: "abc")),
    GoodHTTP2(
      "bodies at once",
      HTTP2Bytes.headers(on: 1, post, ends: false) + HTTP2Bytes.headers(on: 3, post, ends: false)
        + HTTP2Bytes.data(on: 3, "3") + HTTP2Bytes.data(on: 1, "1"),
      HTTP2Request(3, "POST", body: "3"), HTTP2Request(1, "POST", body: "1")),
  ]

  private static let around = [
    GoodHTTP2(
      "frames around",
      HTTP2Bytes.frame(.ping, Array(repeating: 7, count: 8)) + HTTP2Bytes.frame(.unknown, [1, 2, 3])
        + HTTP2Bytes.frame(.priority, [0, 0, 0, 0, 7], on: 5) + HTTP2Bytes.frame(.windowUpdate, [0, 0, 0, 9])
        + HTTP2Bytes.frame(.settings, [0, 3, 0, 0, 0, 9, 0xA, 0xA, 0, 0, 0, 1]) + HTTP2Bytes.get("/"),
      HTTP2Request()),
    GoodHTTP2(
      "a head in parts",
      {
        let block = HTTP2Bytes.block(HTTP2Bytes.head("GET", "/"))
        return HTTP2Bytes.frame(.headers, Array(block[..<5]), .endStream, on: 1)
          + HTTP2Bytes.frame(.continuation, Array(block[5..<20]), on: 1)
          + HTTP2Bytes.frame(.continuation, Array(block[20...]), .endHeaders, on: 1)
      }(), HTTP2Request()),
    GoodHTTP2(
      "one that the peer gives up",
      HTTP2Bytes.headers(on: 1, post, ends: false) + HTTP2Bytes.frame(.resetStream, [0, 0, 0, 8], on: 1)
        + HTTP2Bytes.get("/", on: 3), HTTP2Request(3)),
  ]
}

/// A client's bytes after its hello that are no request, or one too many: what becomes of stream 1. Another stream of the
/// connection is served all the same.
struct BadHTTP2: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  /// The status that answers it, or `nil` if the stream is reset as malformed.
  let status: Int?

  init(_ name: String, _ bytes: [UInt8], _ status: Int?) {
    (testDescription, self.bytes, self.status) = (name, bytes, status)
  }

  private init(_ name: String, _ fields: [(String, String)], _ status: Int? = nil) {
    self.init(name, HTTP2Bytes.headers(on: 1, fields), status)
  }

  static let all = malformed + lengths + answered

  private static func with(_ name: String, _ value: String) -> [(String, String)] {
    HTTP2Bytes.head("GET", "/") + [(name, value)]
  }

  private static func without(_ name: String) -> [(String, String)] {
    HTTP2Bytes.head("GET", "/").filter { $0.0 != name }
  }

  /// RFC 9113 sections 8.2 and 8.3.
  private static let malformed = [
    BadHTTP2("an upper case name", with("Accept", "a")), BadHTTP2("a space in a name", with("a b", "c")),
    BadHTTP2("a colon in a name", with("a:b", "c")), BadHTTP2("an empty name", with("", "c")),
    BadHTTP2("a NUL in a value", with("a", "b\0")), BadHTTP2("a LF in a value", with("a", "b\nc: d")),
    BadHTTP2("a CR in a value", with("a", "b\rc")), BadHTTP2("a space before a value", with("a", " b")),
    BadHTTP2("Connection", with("connection", "keep-alive")), BadHTTP2("Keep-Alive", with("keep-alive", "5")),
    BadHTTP2("Proxy-Connection", with("proxy-connection", "close")), BadHTTP2("Upgrade", with("upgrade", "h2c")),
    BadHTTP2("Transfer-Encoding", with("transfer-encoding", "chunked")), BadHTTP2("TE of gzip", with("te", "gzip")),
    BadHTTP2("no method", without(":method")), BadHTTP2("no scheme", without(":scheme")),
    BadHTTP2("no path", without(":path")), BadHTTP2("an empty path", HTTP2Bytes.head("GET", "")),
    BadHTTP2("a method twice", with(":method", "GET")), BadHTTP2("an unknown pseudo-header", with(":up", "x")),
    BadHTTP2("a status", with(":status", "200")),
    BadHTTP2("a pseudo-header after a field", [("a", "b")] + HTTP2Bytes.head("GET", "/")),
    BadHTTP2("CONNECT with a path", HTTP2Bytes.head("CONNECT", "/")),
    BadHTTP2(
      "a pseudo-header in a trailer",
      HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/"), ends: false)
        + HTTP2Bytes.headers(on: 1, [(":path", "/")]),
      nil),
    BadHTTP2(
      "a trailer that does not end it",
      HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/"), ends: false)
        + HTTP2Bytes.headers(on: 1, [("a", "b")], ends: false), nil),
  ]

  /// RFC 9113 section 8.1.1.
  private static let lengths = [
    ("more than stated", "2", "abc"), ("less than stated", "4", "abc"), ("no number", "x", "abc"),
    ("a sign", "+3", "abc"), ("two", "3, 3", "abc"), ("nothing", "", "abc"),
  ].map { BadHTTP2("a length: \($0)", HTTP2Bytes.post("/", $2, fields: [("content-length", $1)]), nil) }

  private static let answered = [
    BadHTTP2("no authority", without(":authority")),
    BadHTTP2("another Host", with("host", "other"), 400),
    BadHTTP2("two Hosts", without(":authority") + [("host", "h"), ("host", "h")], nil),
    BadHTTP2("user information", HTTP2Bytes.head("GET", "/", at: "u@h"), 400),
    BadHTTP2("another scheme", [(":method", "GET"), (":scheme", "ftp"), (":authority", "h"), (":path", "/")], 400),
    BadHTTP2("a target of the server, of GET", HTTP2Bytes.head("GET", "*"), nil),
    BadHTTP2("a path beyond ASCII", HTTP2Bytes.head("GET", "/\u{e9}"), 400),
    BadHTTP2("a long field", with("long", String(repeating: "x", count: 240)), 431),
    BadHTTP2("many fields", HTTP2Bytes.head("GET", "/") + (1...7).map { ("a\($0)", "") }, 431),
    BadHTTP2(
      "a long trailer",
      HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/"), ends: false)
        + HTTP2Bytes.headers(on: 1, [("long", String(repeating: "x", count: 240))]), 431),
    BadHTTP2("a large body", HTTP2Bytes.post("/", String(repeating: "z", count: 41)), 413),
    BadHTTP2(
      "a large body to come",
      HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/") + [("content-length", "41")], ends: false), 413),
  ]
}
