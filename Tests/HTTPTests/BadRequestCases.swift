/// A text that is no request, the status that says so, and a part of the reason.
struct BadRequest: Sendable {
  let text: String
  let status: Int
  let reason: String

  init(_ text: String, _ status: Int, _ reason: String) {
    (self.text, self.status, self.reason) = (text, status, reason)
  }

  static let all = lines + fields + requestLines + hosts + lengths + codings + chunks + limits

  private static let lines = [
    BadRequest("GET / HTTP/1.1\nHost: h\r\n\r\n", 400, "LF alone"),
    BadRequest("GET / HTTP/1.1\r\nHost: h\n\r\n", 400, "LF alone"),
    BadRequest("GET / HTTP/1.1\r\nHost: h\r\n\n", 400, "LF alone"),
    BadRequest("GET / HTTP/1.1\n\n", 400, "LF alone"),
    BadRequest("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "LF alone"),
    BadRequest("GET / HTTP/1.1\rHost: h\r\n\r\n", 400, "one of CR and LF"),
    BadRequest("GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400, "one of CR and LF"),
    BadRequest("GET / HTTP/1.1\r\nHost: h\r\r\n\r\n", 400, "one of CR and LF"),
    BadRequest("\rGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "one of CR and LF"),
  ]

  private static let fields =
    [
      "Host : h", "Host\t: h", " Host: h", "Host", ": h", "Ho st: h", "Ho\u{e9}st: h", "Ho(st: h", "Host\0: h",
      "A: b\r\n c: d",
    ].map { BadRequest("GET / HTTP/1.1\r\n\($0)\r\n\r\n", 400, "a header field without a name") }
    + ["a\0b", "\u{7F}", "\u{1B}[0m", "a\u{8}"].map { value in
      BadRequest("GET / HTTP/1.1\r\nHost: h\r\nA: \(value)\r\n\r\n", 400, "a control character in A")
    }
    + [BadRequest("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\tfolded\r\n\r\n", 400, "a header field without a name")]

  private static let requestLines = [
    ("GET /", 400, "the request line"), ("GET", 400, "the request line"), ("GET  / HTTP/1.1", 400, "the request line"),
    ("GET / HTTP/1.1 ", 400, "the request line"), (" GET / HTTP/1.1", 400, "the request line"),
    ("GET\t/\tHTTP/1.1", 400, "the request line"), ("G@T / HTTP/1.1", 400, "the request line"),
    ("GET  HTTP/1.1", 400, "the target"), ("GET /\u{1} HTTP/1.1", 400, "the target"),
    ("GET /\u{e9} HTTP/1.1", 400, "the target"), ("GET mutate HTTP/1.1", 400, "expected a path"),
    ("GET * HTTP/1.1", 400, "expected a path"), ("GET http:///x HTTP/1.1", 400, "expected a path"),
    ("GET ftp://h/ HTTP/1.1", 400, "expected a path"), ("GET / HTTP/2.0", 505, "\"HTTP/2.0\" not supported"),
    ("GET / HTTP/1.2", 505, "\"HTTP/1.2\""), ("GET / HTTP/1.10", 505, "\"HTTP/1.10\""),
    ("PRI * HTTP/2.0", 505, "\"HTTP/2.0\""), ("GET / http/1.1", 400, "no HTTP version"),
    ("GET / ICY/1.0", 400, "no HTTP version"),
  ].map { BadRequest("\($0)\r\nHost: h\r\n\r\n", $1, $2) }

  private static let hosts =
    [
      ("", "0 Host fields"), ("Hosts: h\r\n", "0 Host fields"), ("Host: h\r\nHost: h\r\n", "2 Host fields"),
      ("Host: a b\r\n", "the host"), ("Host: u@h\r\n", "the host"), ("Host: h/x\r\n", "the host"),
      ("Host: h#x\r\n", "the host"), ("Host: \u{e9}\r\n", "the host"), ("Host: <h>\r\n", "the host"),
    ].map { BadRequest("GET / HTTP/1.1\r\n\($0)\r\n", 400, $1) }
    + [
      BadRequest("GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "the host"),
      BadRequest("GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", 400, "2 Host fields"),
    ]

  private static let lengths = [
    ("Content-Length: 1\r\nContent-Length: 1", 400, "several Content-Length"),
    ("Content-Length: 1\r\nContent-Length: 2", 400, "several Content-Length"),
    ("Content-Length: 1, 1", 400, "expected a number"), ("Content-Length:", 400, "expected a number"),
    ("Content-Length: +1", 400, "expected a number"), ("Content-Length: -1", 400, "expected a number"),
    ("Content-Length: 0x1", 400, "expected a number"), ("Content-Length: 1 1", 400, "expected a number"),
    ("Content-Length: 1.0", 400, "expected a number"), ("Content-Length: \u{661}", 400, "expected a number"),
    ("Content-Length: 41", 413, "at most 40 bytes"), ("Content-Length: 99999999999999999999", 413, "at most 40 bytes"),
  ].map { BadRequest("POST / HTTP/1.1\r\nHost: h\r\n\($0)\r\n\r\nx", $1, $2) }

  private static let codings =
    [
      ("chunked\r\nContent-Length: 1", 400, "both"), ("identity\r\nContent-Length: 1", 400, "both"),
      ("gzip", 501, "gzip"), ("identity", 501, "identity"), ("gzip, chunked", 501, "gzip, chunked"),
      ("chunked, gzip", 501, "chunked, gzip"), ("chunked\r\nTransfer-Encoding: chunked", 501, "chunked, chunked"),
      ("\"chunked\"", 501, "chunked"), ("chunked;q=1", 501, "chunked;q=1"), ("", 400, "without a coding"),
      (",", 400, "without a coding"), ("chunked,", 400, "without a coding"), (" , chunked", 400, "without a coding"),
      // KELVIN SIGN: its lower case is an ASCII k.
      ("chun\u{212A}ed", 501, "expected chunked"),
    ].map { BadRequest("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \($0)\r\n\r\n0\r\n\r\n", $1, $2) }
    + [BadRequest("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "in HTTP/1.0")]

  private static let chunks = [
    ("\r\n", 400, "the chunk size"), ("g\r\n", 400, "the chunk size"), ("-1\r\n", 400, "the chunk size"),
    ("+1\r\nx\r\n", 400, "the chunk size"), ("0x1\r\nx\r\n", 400, "the chunk size"),
    (" 1\r\nx\r\n", 400, "the chunk size"),
    ("1 \r\nx\r\n", 400, "the chunk size"), ("1\t\r\nx\r\n", 400, "the chunk size"),
    ("1,\r\nx\r\n", 400, "the chunk size"),
    (";a\r\nx\r\n", 400, "the chunk size"), ("0000000000000001\r\nx\r\n", 400, "the chunk size"),
    ("\u{661}\r\nx\r\n", 400, "the chunk size"), ("1\nx\r\n", 400, "LF alone"),
    ("1;a\rb\r\nx\r\n", 400, "a CR within a line"),
    ("1;\(String(repeating: "a", count: 1100))\r\nx\r\n", 400, "longer than expected"),
    ("1\r\nxy\r\n", 400, "longer than expected"), ("1\r\nx\n", 400, "LF alone"),
    ("2\r\nx\r\n0\r\n\r\n", 400, "LF alone"),
    ("29\r\n", 413, "at most 40 bytes"),
    ("28\r\n\(String(repeating: "z", count: 40))\r\n1\r\n", 413, "at most 40 bytes"),
    ("7fffffffffffff\r\n", 413, "at most 40 bytes"), ("0\r\nno field\r\n", 400, "a header field without a name"),
    ("0\r\nA: b\r\n c\r\n", 400, "a header field without a name"), ("0\r\nA: b\n", 400, "LF alone"),
    ("0\r\nA: b\rC: d\r\n", 400, "a CR within a line"),
    ("0\r\n\(String(repeating: "A: \(String(repeating: "b", count: 90))\r\n", count: 3))", 431, "at most 240 bytes"),
  ].map { BadRequest("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\($0)", $1, $2) }

  private static let limits = [
    BadRequest("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "A: b\r\n", count: 6))\r\n", 431, "at most 6 fields"),
    BadRequest(
      "GET / HTTP/1.1\r\nHost: h\r\nLong: \(String(repeating: "x", count: 206))\r\n\r\n", 431, "at most 240 bytes"),
    BadRequest("GET /\(String(repeating: "x", count: 300))", 431, "at most 240 bytes"),
    // Whatever else is wrong beyond the limit does not matter.
    BadRequest("GET /\(String(repeating: "x", count: 300))\n\n", 431, "at most 240 bytes"),
    BadRequest("GET / HTTP/1.1\r\n\(String(repeating: "A: b\r\n", count: 40))B: c\nD: e", 431, "at most 240 bytes"),
  ]
}
