/// A text that is one or more requests, and what it should be read as.
struct GoodRequest: Sendable {
  let text: String
  let requests: [ReadRequest]

  init(_ text: String, _ requests: ReadRequest...) { (self.text, self.requests) = (text, requests) }

  static let all = plain + targets + connections + lengths + chunks

  private static let plain = [
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest()),
    GoodRequest("GET / HTTP/1.1\r\nhOsT:h\r\n\r\n", ReadRequest()),
    GoodRequest("GET / HTTP/1.1\r\nHost: \t h \t \r\nEmpty:\r\nText: \u{e9}\t\u{1F600}\r\n\r\n", ReadRequest()),
    GoodRequest("GET / HTTP/1.1\r\nHost:\r\n\r\n", ReadRequest(at: "")),
    GoodRequest("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("BREW")),
    // RFC 9112 section 2.2: a robust server skips empty lines before a request.
    GoodRequest("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest()),
    GoodRequest(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab\r\n"
        + "GET /3 HTTP/1.1\r\nHost: h\r\n\r\n",
      ReadRequest("GET", "/1"), ReadRequest("POST", "/2", body: "ab"), ReadRequest("GET", "/3")),
    // As long, and with as many fields, as is just taken.
    GoodRequest(
      "GET / HTTP/1.1\r\nHost: h\r\nLong: \(String(repeating: "x", count: 240 - 35))\r\n\r\n", ReadRequest()),
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "A: b\r\n", count: 5))\r\n", ReadRequest()),
  ]

  private static let targets = [
    GoodRequest(
      "GET /a/b?timeout=5s&x=%20 HTTP/1.1\r\nHost: h:1\r\n\r\n", ReadRequest("GET", "/a/b?timeout=5s&x=%20", at: "h:1")),
    GoodRequest("GET http://a:80/b?c HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("GET", "/b?c", at: "a:80")),
    GoodRequest("GET HTTPS://a HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("GET", "/", at: "a")),
    GoodRequest("GET http://[::1]:80?q HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("GET", "/?q", at: "[::1]:80")),
    GoodRequest("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("OPTIONS", "*")),
    GoodRequest("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", ReadRequest("CONNECT", "a:443", at: "a:443")),
    GoodRequest("GET // HTTP/1.1\r\nHost: a.b-c_d%20\r\n\r\n", ReadRequest("GET", "//", at: "a.b-c_d%20")),
  ]

  private static let connections = [
    GoodRequest("GET / HTTP/1.0\r\n\r\n", ReadRequest(at: nil, keepsAlive: false)),
    GoodRequest("GET / HTTP/1.0\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n", ReadRequest()),
    GoodRequest("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", ReadRequest(at: nil, keepsAlive: false)),
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", ReadRequest(keepsAlive: false)),
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\nConnection: TE ,\tCLOSE\r\n\r\n", ReadRequest(keepsAlive: false)),
    GoodRequest(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", ReadRequest(keepsAlive: false)
    ),
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\nConnection: closed, close-not\r\n\r\n", ReadRequest()),
    GoodRequest(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\nx",
      ReadRequest("POST", body: "x", expectsContinue: true)),
  ]

  private static let lengths = [
    GoodRequest("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", ReadRequest("POST")),
    GoodRequest("POST / HTTP/1.1\r\nHost: h\r\n\r\n", ReadRequest("POST")),
    GoodRequest("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", ReadRequest(body: "abc")),
    GoodRequest(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0005\r\n\r\n\r\n\r\nx", ReadRequest("POST", body: "\r\n\r\nx")),
    GoodRequest(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 27\r\n\r\nGET / HTTP/1.1\r\nHost: i\r\n\r\n",
      ReadRequest("POST", body: "GET / HTTP/1.1\r\nHost: i\r\n\r\n")
    ),
    GoodRequest(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n\(String(repeating: "z", count: 40))",
      ReadRequest("POST", body: String(repeating: "z", count: 40))),
  ]

  private static let chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static let chunks = [
    GoodRequest("\(chunked)0\r\n\r\n", ReadRequest("POST")),
    GoodRequest("\(chunked)3\r\nabc\r\n0\r\n\r\n", ReadRequest("POST", body: "abc")),
    GoodRequest(
      "\(chunked)1\r\na\r\n0002\r\n\r\n\r\n0A\r\n0123456789\r\n00\r\n\r\n", ReadRequest("POST", body: "a\r\n0123456789")
    ),
    GoodRequest(
      "\(chunked)f\r\n0123456789abcde\r\nF\r\n0123456789abcde\r\n0\r\n\r\n",
      ReadRequest("POST", body: "0123456789abcde0123456789abcde")),
    GoodRequest("\(chunked)1;a\r\nx\r\n1 ; b=\"c;d\"\r\ny\r\n0;z\r\n\r\n", ReadRequest("POST", body: "xy")),
    GoodRequest("\(chunked)1\r\nx\r\n0\r\nA: b\r\nContent-Length: 7\r\n\r\n", ReadRequest("POST", body: "x")),
    GoodRequest(
      "\(chunked)28\r\n\(String(repeating: "z", count: 40))\r\n0\r\n\r\n",
      ReadRequest("POST", body: String(repeating: "z", count: 40))),
    GoodRequest(
      "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding:\tCHUNKED\r\n\r\n1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
      ReadRequest("POST", body: "x"), ReadRequest()),
  ]
}
