import TestSupport
import Testing

/// What a hostile client sends after its hello, and the error code that ends its connection (RFC 9113 section 7).
struct HTTP2Flood: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let code: Int

  private init(_ name: String, _ code: Int, _ bytes: [UInt8]) {
    (testDescription, self.bytes, self.code) = (name, bytes, code)
  }

  /// The same thing many times.
  private init(_ name: String, times count: Int = 4000, after first: [UInt8] = [], _ frame: [UInt8]) {
    self.init(name, HTTP2Flood.calm, first + Array(repeatElement(frame, count: count).joined()))
  }

  /// Something for each of many streams.
  private init(_ name: String, ofStreams count: Int, _ frames: (Int) -> [UInt8]) {
    self.init(name, HTTP2Flood.calm, (0..<count).flatMap { frames(2 * $0 + 1) })
  }

  /// ENHANCE_YOUR_CALM.
  private static let calm = 0xB
  static let all = resets + idle + heads + errors

  private static let post = HTTP2Bytes.headers(on: 1, HTTP2Bytes.head("POST", "/echo"), ends: false)

  private static let resets = [
    HTTP2Flood("rapid reset, CVE-2023-44487", ofStreams: 1000) {
      HTTP2Bytes.get("/hello", on: $0) + HTTP2Bytes.frame(.resetStream, [0, 0, 0, 8], on: $0)
    },
    HTTP2Flood("streams that we must reset, CVE-2025-8671", ofStreams: 1000) {
      HTTP2Bytes.get("/hello", on: $0) + HTTP2Bytes.frame(.windowUpdate, HTTP2Bytes.number(Int(Int32.max)), on: $0)
    },
    HTTP2Flood("malformed requests", ofStreams: 1000) {
      HTTP2Bytes.headers(on: $0, HTTP2Bytes.head("GET", "/hello") + [("Upper", "case")])
    },
  ]

  private static let idle = [
    HTTP2Flood("PING, CVE-2019-9512", HTTP2Bytes.frame(.ping, Array(repeating: 0, count: 8))),
    HTTP2Flood("SETTINGS, CVE-2019-9515", HTTP2Bytes.frame(.settings)),
    HTTP2Flood("acknowledgments of nothing", HTTP2Bytes.frame(.ping, Array(repeating: 0, count: 8), .acknowledges)),
    HTTP2Flood("PRIORITY, CVE-2019-9513", HTTP2Bytes.frame(.priority, [0, 0, 0, 0, 7], on: 9)),
    HTTP2Flood("WINDOW_UPDATE", HTTP2Bytes.frame(.windowUpdate, [0, 0, 0, 1])),
    HTTP2Flood("frames that nobody knows", HTTP2Bytes.frame(.unknown)),
    HTTP2Flood("empty DATA, CVE-2019-9518", after: post, HTTP2Bytes.data(on: 1, "", ends: false)),
    HTTP2Flood(
      "HEADERS of streams that are long gone", after: HTTP2Bytes.get("/hello", on: 9), HTTP2Bytes.get("/hello", on: 3)),
    HTTP2Flood("DATA of padding", after: post, HTTP2Bytes.frame(.data, [3, 0, 0, 0], .padded, on: 1)),
    HTTP2Flood(
      "33 settings", calm, HTTP2Bytes.frame(.settings, Array(repeatElement([0, 4, 0, 0, 0, 9], count: 33).joined()))),
  ]

  private static let heads = [
    HTTP2Flood(
      "CONTINUATION, CVE-2024-27316", times: 9,
      after: HTTP2Bytes.frame(.headers, HTTP2Bytes.block(HTTP2Bytes.head("GET", "/hello")), .endStream, on: 1),
      HTTP2Bytes.frame(.continuation, HTTP2Bytes.block([("a", "b")]), on: 1)),
    HTTP2Flood(
      "empty CONTINUATION", times: 4000, after: HTTP2Bytes.frame(.headers, [], .endStream, on: 1),
      HTTP2Bytes.frame(.continuation, on: 1)),
    // A field of 4000 bytes that is kept (RFC 7541 section 6.2.1), and then named 1000 times by one byte: 4 MB.
    HTTP2Flood(
      "a giant header list", calm,
      {
        let value = Array(repeating: UInt8(ascii: "x"), count: 4000)
        let kept: [UInt8] = [0x40, 1, UInt8(ascii: "a"), 127, 0xA1, 0x1E] + value
        let block = HTTP2Bytes.block(HTTP2Bytes.head("GET", "/hello")) + kept + Array(repeating: 0xBE, count: 1000)
        return HTTP2Bytes.frame(.headers, block, [.endHeaders, .endStream], on: 1)
      }()),
    HTTP2Flood(
      "an endless header list", calm,
      {
        let block = HTTP2Bytes.block(
          HTTP2Bytes.head("GET", "/hello") + (0..<9).map { ("a\($0)", String(repeating: "x", count: 16_000)) })
        let parts = stride(from: 0, to: block.count, by: 16_384).map {
          Array(block[$0..<min($0 + 16_384, block.count)])
        }
        return HTTP2Bytes.frame(.headers, parts[0], .endStream, on: 1)
          + parts.dropFirst().flatMap { HTTP2Bytes.frame(.continuation, $0, on: 1) }
      }()),
  ]

  private static let errors = [
    HTTP2Flood("DATA on a stream that was never opened", 1, HTTP2Bytes.data(on: 7, "x")),
    HTTP2Flood("DATA after the end", 5, HTTP2Bytes.get("/hello") + HTTP2Bytes.data(on: 1, "x")),
    HTTP2Flood("a stream of the server's", 1, HTTP2Bytes.get("/hello", on: 2)),
    HTTP2Flood("a frame within a header block", 1, HTTP2Bytes.frame(.headers, [], on: 1) + HTTP2Bytes.frame(.settings)),
    HTTP2Flood("PUSH_PROMISE", 1, post + HTTP2Bytes.frame(.pushPromise, [0, 0, 0, 2], .endHeaders, on: 1)),
    HTTP2Flood("a field that is not there", 9, HTTP2Bytes.frame(.headers, [0xFF, 0x7F], .endHeaders, on: 1)),
    HTTP2Flood("a frame that is too large", 6, HTTP2Bytes.frame(.data, Array(repeating: 0, count: 16_385), on: 1)),
    HTTP2Flood("a window beyond its most", 3, HTTP2Bytes.frame(.windowUpdate, HTTP2Bytes.number(Int(Int32.max)))),
    HTTP2Flood("a settings frame of 5 bytes", 6, HTTP2Bytes.frame(.settings, [0, 4, 0, 0, 0])),
    HTTP2Flood("a frame size of nothing", 1, HTTP2Bytes.frame(.settings, [0, 5, 0, 0, 0, 0])),
  ]
}
